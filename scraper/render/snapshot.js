// Runs in a world of its own beside the page's scripts, which cannot reach it.
((mostCharacters, mostElements, littleText, restMilliseconds, leastText) => {
  const told = {url: document.URL, still: 1e9, text: 0, html: "", isTooLarge: false};
  if (globalThis.tandemChanged !== undefined) told.still = performance.now() - globalThis.tandemChanged;
  const root = document.documentElement;
  if (!root) return told;
  const all = document.getElementsByTagName("*");
  if (all.length > mostElements) {
    told.isTooLarge = true;
    return told;
  }

  const unread = new Set(["SCRIPT", "STYLE", "NOSCRIPT", "TEMPLATE", "TITLE"]);
  const shadows = [];
  for (const element of all) if (element.shadowRoot) shadows.push(element.shadowRoot);
  for (const top of [document.body || root, ...shadows]) {
    const texts = document.createTreeWalker(top, NodeFilter.SHOW_TEXT);
    while (told.text < littleText && texts.nextNode())
      if (!unread.has(texts.currentNode.parentNode.nodeName)) told.text += texts.currentNode.data.trim().length;
  }

  if (told.still < restMilliseconds || (told.text < leastText && document.scripts.length)) return told;

  // What a reader sees: a shadow tree in place of its host's children, and these where it has a slot for them.
  const flattened = () => {
    const inert = document.implementation.createHTMLDocument("");
    const copyOfRoot = inert.importNode(root, false);
    const todo = [[root, copyOfRoot]];
    while (todo.length) {
      const [element, copy] = todo.pop();
      let inside = (element.shadowRoot || element).childNodes;
      if (element.localName === "slot") {
        const given = element.assignedNodes();
        if (given.length) inside = given;
      }
      for (const node of inside) {
        if (node.nodeName === "STYLE" && node.getRootNode() !== document) continue;
        const copied = inert.importNode(node, node.nodeName === "TEMPLATE");
        copy.append(copied);
        if (node.nodeType === Node.ELEMENT_NODE && node.nodeName !== "TEMPLATE") todo.push([node, copied]);
      }
    }
    return copyOfRoot.outerHTML;
  };

  const kind = document.doctype ? `<!DOCTYPE ${document.doctype.name}>` : "";
  const html = kind + (shadows.some((shadow) => shadow.textContent.trim()) ? flattened() : root.outerHTML);
  if (html.length > mostCharacters) told.isTooLarge = true;
  else told.html = html;
  return told;
})
