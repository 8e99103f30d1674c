/* The chosen theme, set before the first paint; a separate file because inline scripts are not allowed here. */
try {
  const theme = localStorage.getItem('muster.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  /* storage is switched off: the system's theme it is */
}
