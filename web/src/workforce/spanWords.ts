/** A span of time in its two largest units: `2 h 5 min`. Pure. */
const units = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const

export function spanWords(seconds: number): string {
  if (seconds < 1) return '< 1 s'
  const at = units.findIndex(([, size]) => seconds >= size)
  let rest = Math.round(seconds)
  const words = units.slice(at, at + 2).map(([name, size]) => {
    const count = Math.floor(rest / size)
    rest -= count * size
    return count === 0 ? '' : `${count} ${name}`
  })
  return words.filter((word) => word !== '').join(' ')
}
