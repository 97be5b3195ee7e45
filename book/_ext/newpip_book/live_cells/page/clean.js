// Builds anew, from text, only those elements and attributes that can do no harm: no script, no handler, no other site.

const SVG = "http://www.w3.org/2000/svg";
const ELEMENTS = {
  html: "a abbr b blockquote br caption code col colgroup dd del details div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img kbd li mark ol p pre q s samp small span strong sub summary sup svg table tbody td tfoot th thead tr u ul var",
  svg: "svg g path defs use clipPath rect text tspan circle ellipse line polygon polyline image title desc symbol marker linearGradient radialGradient stop pattern",
};
const ATTRIBUTES = {
  html: "class id title lang dir role scope colspan rowspan span start type open alt width height href src aria-label aria-hidden",
  svg: "id class d x y x1 x2 y1 y2 cx cy r rx ry width height viewBox preserveAspectRatio transform points offset style fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit opacity clip-path clip-rule clipPathUnits gradientUnits gradientTransform patternUnits markerWidth markerHeight markerUnits orient refX refY stop-color stop-opacity text-anchor dominant-baseline font-size font-family font-weight font-style href xlink:href role aria-label",
};
const allowed = (lists) => Object.fromEntries(Object.entries(lists).map(([kind, words]) => [kind, new Set(words.split(" "))]));
const elements = allowed(ELEMENTS);
const attributes = allowed(ATTRIBUTES);
const PICTURE = /^data:image\/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*$/;

// An address: in HTML a link that the reader may follow; in a picture, a part of the picture itself; a source, only a picture within the text.
function harmless(name, value, kind) {
  if (name === "src") return PICTURE.test(value);
  if (name === "href" || name === "xlink:href") {
    if (kind === "svg") return value.startsWith("#") || PICTURE.test(value);
    return /^(https?:\/\/|mailto:|#|\.{0,2}\/)/i.test(value.trim());
  }
  return !/url\(\s*["']?(?!#)|expression|@import|\\/i.test(value) || !["style", "fill", "stroke", "clip-path"].includes(name);
}

function copy(source, kind) {
  const name = kind === "svg" ? source.localName : source.localName.toLowerCase();
  const inside = name === "svg" ? "svg" : kind;
  if (!elements[inside].has(name)) return null;
  const made = inside === "svg" ? document.createElementNS(SVG, name) : document.createElement(name);
  for (const { name: key, value } of source.attributes) {
    if (!attributes[inside].has(key) || !harmless(key, value, inside)) continue;
    if (key === "style") made.style.cssText = value; // as an attribute, the page's policy would refuse it
    else made.setAttribute(key === "xlink:href" ? "href" : key, value);
  }
  if (name === "a") made.rel = "noopener noreferrer";
  return fill(made, source, inside);
}

function fill(target, source, kind) {
  for (const child of source.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) target.append(child.data);
    else if (child.nodeType === Node.ELEMENT_NODE) {
      const made = copy(child, kind);
      if (made) target.append(made);
    }
  }
  return target;
}

// A parser alone would complain of styles and handlers where the page's policy forbids them.
const STYLE = /<style\b[^]*?(<\/style\s*>|$)/gi;
const quiet = (text) => text.replace(STYLE, "").replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\son(?=[a-z]+\s*=)/gi, " data-on"));

export function cleanHtml(text) {
  const parsed = new DOMParser().parseFromString(quiet(text).replaceAll("<th></th>", "<td></td>"), "text/html"); // as in newpip_book.theme.html
  return fill(document.createDocumentFragment(), parsed.body, "html");
}

// Of the names in a picture, those that it uses itself.
function keepUsedNames(svg) {
  const used = new Set([...svg.outerHTML.matchAll(/url\(["']?#([^)"']+)|href="#([^"]+)/g)].map(([, one, other]) => one ?? other));
  for (const named of svg.querySelectorAll("[id]")) if (!used.has(named.id) && named.id.match(/_\d+$/)) named.removeAttribute("id");
  return svg;
}

export function cleanSvg(text) {
  const parsed = new DOMParser().parseFromString(quiet(text), "image/svg+xml").documentElement;
  return parsed.namespaceURI === SVG && parsed.localName === "svg" ? keepUsedNames(copy(parsed, "svg")) : null;
}
