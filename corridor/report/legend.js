/* The legend of the map: an entry for what is drawn, and nothing else. */
var legend = (function () {
  "use strict";
  var SVG = "http://www.w3.org/2000/svg";
  var USE = [
    { to: 0.001, fill: "#ffffff", en: "sells nothing", zh: "无售气" },
    { to: 0.25, fill: "#d3e4ee", en: "under 25 %", zh: "低于 25%" },
    { to: 0.5, fill: "#9cc5dc", en: "25–50 %", zh: "25–50%" },
    { to: 0.7, fill: "#4a9bc2", en: "50–70 %", zh: "50–70%" },
    { to: Infinity, fill: "#f0a63c", en: "70 % or more", zh: "70% 以上" }
  ];

  function svg(tag, attributes, parent) {
    var node = document.createElementNS(SVG, tag);
    Object.keys(attributes).forEach(function (key) { node.setAttribute(key, attributes[key]); });
    if (parent) { parent.appendChild(node); }
    return node;
  }
  function legendEntry(icon, en, zh) {
    var item = document.createElement("li");
    item.appendChild(icon);
    [["en", "en", en], ["zh", "zh-CN", zh]].forEach(function (t) {
      var node = document.createElement("span");
      node.className = t[0];
      node.textContent = t[2];
      node.lang = t[1];
      item.appendChild(node);
    });
    return item;
  }
  function swatch(parts) {
    var node = svg("svg", { viewBox: "0 0 26 14", width: 26, height: 14, "aria-hidden": "true" });
    parts.forEach(function (part) { svg(part[0], part[1], node); });
    return node;
  }
  function stroke(colour, width, dash) {
    return ["line", { x1: 1, y1: 7, x2: 25, y2: 7, stroke: colour, "stroke-width": width, "stroke-dasharray": dash || "none" }];
  }
  function ring(fill, wide, r) {
    return ["circle", { cx: 13, cy: 7, r: r || 5.5, fill: fill, stroke: "#12303f", "stroke-width": wide || 1 }];
  }
  var LEGEND = [
    ["mark", [ring("#4a9bc2"), ["text", { x: 13, y: 10, "text-anchor": "middle", "class": "no" }]], "station; grows with sales", "加氢站，面积随加氢量增大"],
    ["mark", [ring("#ffffff", 2.4)], "first period", "首期投运"],
    ["half", [ring("#ffffff"), ["path", { d: "M7.5,7A5.5,5.5 0 0 0 18.5,7Z", fill: "#4a9bc2" }]], "serves that side only", "仅服务该侧方向"]
  ].concat(USE.map(function (u, i) {
    return ["use" + i, [ring(u.fill)], (i ? "used " : "") + u.en, i ? "利用率 " + u.zh : u.zh];
  }), [
    ["leader", [["line", { x1: 2, y1: 11, x2: 20, y2: 4, stroke: "#12303f", "stroke-width": 1 }], ["circle", { cx: 2, cy: 11, r: 2, fill: "#12303f" }]], "true place", "实际位置"],
    ["plant", [["rect", { x: 8, y: 2, width: 10, height: 10, fill: "#fff", stroke: "#b01e2e", "stroke-width": 2.5 }]], "hydrogen plant", "制氢厂"],
    ["lanes", [stroke("#b01e2e", 2, "5 4")], "delivery by trailer", "长管拖车配送"],
    ["ours", [stroke("#ffd75e", 11), stroke("#8c97a1", 1.3)], "the corridor", "本走廊道路"],
    ["road", [["line", { x1: 1, y1: 5, x2: 25, y2: 5, stroke: "#8c97a1" }], ["line", { x1: 1, y1: 9, x2: 25, y2: 9, stroke: "#8c97a1" }]], "expressway", "高速公路"],
    ["trucks", [stroke("#0f7d6c", 4)], "hydrogen trucks served", "所服务的氢能货车"],
    ["side", [stroke("#b9c2c9", 1.2, "2 3")], "ramp or access", "匝道或连接线"],
    ["candidates", [ring("#ffffff", 1, 2.6)], "candidate", "未选候选点"],
    ["rejected", [["circle", { cx: 13, cy: 7, r: 3.4, fill: "none", stroke: "#b01e2e", "stroke-dasharray": "1 2" }]], "left out, with its reason", "已排除（附原因）"],
    ["town", [["circle", { cx: 13, cy: 7, r: 3.4, fill: "#33424d" }]], "town", "城镇"],
    ["cordon", [["rect", { x: 9.5, y: 3.5, width: 7, height: 7, fill: "#fff", stroke: "#33424d", "stroke-width": 2 }]], "edge of the study", "研究范围边界"],
    ["park", [["rect", { x: 9.5, y: 3.5, width: 7, height: 7, rx: 2, fill: "#dfe5e9", stroke: "#33424d" }]], "industrial park", "产业园区"]
  ]);
  function show(drawn) {
    var list = document.getElementById("map-legend");
    list.textContent = "";
    LEGEND.forEach(function (row) {
      if (!drawn[row[0]]) { return; }
      var icon = swatch(row[1]), no = icon.querySelector(".no");
      if (no) { no.textContent = "7"; }
      list.appendChild(legendEntry(icon, row[2], row[3]));
    });
  }

  return { use: USE, svg: svg, show: show };
}());
