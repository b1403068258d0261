// Finds what readers with poor sight, a keyboard or a screen reader would stumble over, after the
// rules of WCAG 2: contrast of text, names of controls and pictures, order of headings, labels of
// tables, unique ids, focusable scrolling regions, and nothing wider than the window.
(() => {
  const problems = [];
  const say = (rule, element, more = '') => problems.push(
    `${rule}: ${element.tagName.toLowerCase()}.${element.className.baseVal ?? element.className} ` +
    `"${(element.textContent || '').trim().slice(0, 40)}" ${more}`);
  const numbers = text => (text.match(/[\d.]+/g) || []).map(Number);
  const luminance = ([r, g, b]) => {
    const line = v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
    return .2126 * line(r) + .7152 * line(g) + .0722 * line(b);
  };
  const contrast = (a, b) => {
    const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p);
    return (x + .05) / (y + .05);
  };
  const paper = element => {
    for (let e = element; e; e = e.parentElement) {
      const color = numbers(getComputedStyle(e).backgroundColor);
      if (color.length === 3 || color[3] > .99) return color.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const isShown = element => {
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    return style.visibility !== 'hidden' && style.display !== 'none' && box.width > 0;
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let texts = 0;
  for (let node; (node = walker.nextNode());) {
    const element = node.parentElement;
    if (!node.data.trim() || ['SCRIPT', 'STYLE'].includes(element.tagName)) continue;
    if (!isShown(element)) continue;
    texts += 1;
    const style = getComputedStyle(element);
    const ink = numbers(element instanceof SVGElement ? style.fill : style.color).slice(0, 3);
    const ratio = contrast(ink, paper(element));
    if (ratio < 4.5) say('contrast', element, ratio.toFixed(2));
    if (parseFloat(style.fontSize) < 11) say('small text', element, style.fontSize);
  }
  const name = e => e.getAttribute('aria-label') || e.textContent.trim() || e.title ||
    (e.labels && [...e.labels].map(l => l.textContent).join(' '));
  for (const e of document.querySelectorAll('button,a,input,select')) {
    if (!name(e)) say('control without a name', e);
  }
  for (const e of document.querySelectorAll('img')) if (!e.alt) say('picture without words', e);
  for (const e of document.querySelectorAll('svg[role=img]')) {
    if (!e.getAttribute('aria-label')) say('chart without a name', e);
  }
  for (const e of document.querySelectorAll('body>*>svg,figure>svg')) {
    if (e.getAttribute('role') !== 'img' && e.getAttribute('aria-hidden') !== 'true') {
      say('chart without a role', e);
    }
  }
  for (const table of document.querySelectorAll('table')) {
    if (!table.querySelector('thead th[scope=col]')) say('table without a header', table);
  }
  for (const e of document.querySelectorAll('.wide')) {
    if (e.tabIndex !== 0 || !e.getAttribute('aria-label')) say('region out of reach', e);
  }
  let level = 0;
  for (const e of document.querySelectorAll('h1,h2,h3,h4')) {
    const own = Number(e.tagName[1]);
    if (own > level + 1) say('heading out of order', e);
    level = own;
  }
  if (document.querySelectorAll('h1').length !== 1) problems.push('there is not one h1');
  if (!document.documentElement.lang || !document.title) problems.push('no language or no title');
  for (const landmark of ['header', 'main', 'footer']) {
    if (!document.querySelector(landmark)) problems.push(`no ${landmark}`);
  }
  const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
  if (new Set(ids).size !== ids.length) problems.push('an id is there twice');
  for (const e of document.querySelectorAll('[aria-labelledby]')) {
    if (!document.getElementById(e.getAttribute('aria-labelledby'))) say('dangling label', e);
  }
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) {
    problems.push(`overflow: ${document.documentElement.scrollWidth} in ${width}`);
  }
  for (const e of document.querySelectorAll('body *')) {
    if (e.closest('.wide') || e.closest('svg') && e.tagName !== 'text') continue;
    const box = e.getBoundingClientRect();
    if (box.width && (box.right > width + 1 || box.left < -1)) {
      say('overflow', e, `${Math.round(box.left)} to ${Math.round(box.right)} of ${width}`);
    }
  }
  return {problems, texts};
})()
