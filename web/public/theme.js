/* The chosen theme and density, set before the first paint; a separate file because inline scripts are not allowed here. */
try {
  const theme = localStorage.getItem('muster.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
  if (localStorage.getItem('muster.density') === 'compact') document.documentElement.dataset.density = 'compact'
} catch {
  /* storage is switched off: the system's theme and the usual rows it is */
}
