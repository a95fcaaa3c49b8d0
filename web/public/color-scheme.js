// Before anything is drawn: the chosen colours, so that no page flashes in the others. The key is src/app/theme.ts's.
(() => {
  const chosen = localStorage.getItem('jackfield.colors');
  const dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
