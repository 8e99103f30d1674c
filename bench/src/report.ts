/**
 * The table: each figure beside its peer, as a ratio, with the aim where there
 * is one. Machines are shared and noisy: the ratio is the figure that is kept.
 */
export interface Line {
  what: string
  ours: string
  peer: string
  ratio: number | null
  aim?: { atLeast?: number; atMost?: number }
}

const count = (value: number): string => Math.round(value).toLocaleString('en-US')

export function per(value: number): string {
  return `${count(value)}/s`
}

export function ms(value: number): string {
  return `${value < 10 ? value.toFixed(1) : count(value)} ms`
}

export function met({ ratio, aim }: Line): boolean | null {
  if (aim === undefined || ratio === null) return null
  return (aim.atLeast === undefined || ratio >= aim.atLeast) && (aim.atMost === undefined || ratio <= aim.atMost)
}

/** Columns as wide as their widest cell. */
export function table(lines: readonly Line[]): string {
  const rows = [
    ['measure', 'ours', 'beside', 'ratio', 'aim', ''],
    ...lines.map((line) => {
      const aim =
        line.aim === undefined ? '' : line.aim.atLeast === undefined ? `≤ ${line.aim.atMost}` : `≥ ${line.aim.atLeast}`
      const isMet = met(line)
      return [
        line.what,
        line.ours,
        line.peer,
        line.ratio === null ? '' : line.ratio.toFixed(2),
        aim,
        isMet === null ? '' : isMet ? 'met' : 'missed',
      ]
    }),
  ]
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
