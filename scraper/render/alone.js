// Runs among the page's own scripts, before them: what stood in the tab before is not the page's to go back to.
for (const name of ["back", "forward", "go"])
  Object.defineProperty(History.prototype, name, {value: () => {}});
