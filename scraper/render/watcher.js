// Notes when the document changed last; runs before the page's scripts, in a world of its own.
globalThis.tandemChanged = performance.now();
new MutationObserver(() => { globalThis.tandemChanged = performance.now(); })
  .observe(document, {childList: true, characterData: true, subtree: true});
