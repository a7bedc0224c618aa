/* The map: roads, trucks, numbered stations, and a legend of what is drawn. */
(function () {
  "use strict";
  var root = document.documentElement;
  var box = document.getElementById("map");
  var island = document.getElementById("map-data");
  if (!box || !island || !window.L) { return; }
  var data = JSON.parse(island.textContent);
  var L = window.L;
  var USE = legend.use, svg = legend.svg;
  var map = L.map(box, {
    zoomSnap: 0.25, zoomDelta: 0.5, scrollWheelZoom: false, zoomControl: false, attributionControl: false,
    zoomAnimation: false, fadeAnimation: false, maxZoom: 15
  });
  L.control.scale({ imperial: false, maxWidth: 110 }).addTo(map);
  map.createPane("lines").style.zIndex = 390;
  map.createPane("spots").style.zIndex = 395;
  map.createPane("marks").style.zIndex = 620;
  var pane = map.getPane("marks");
  var layer = L.layerGroup().addTo(map);
  var year = data.years.length ? data.years[data.years.length - 1] : null;
  var shown = {};
  document.querySelectorAll("input[data-layer]").forEach(function (input) {
    shown[input.dataset.layer] = input.checked;
    input.addEventListener("change", function () { shown[input.dataset.layer] = input.checked; draw(); });
  });

  function chinese() { return root.getAttribute("data-lang") === "zh"; }
  function say(en, zh) { return chinese() ? zh : en; }
  function named(item) { return say(item.en || item.zh, item.zh || item.en); }
  function bare(name) { return name.replace(/[(（].*$/, "").trim() || name; }
  function words(tag, text, css) {
    var node = document.createElement(tag);
    node.textContent = text;
    if (css) { node.className = css; }
    return node;
  }
  function inYear(station) {
    return station.timeline.find(function (row) { return row.year === year; });
  }
  function standing(mark) { return mark.stations.filter(inYear); }
  function colour(row) { return USE.find(function (u) { return row.use < u.to; }); }

  /* Traffic keeps right: a carriageway is drawn so many pixels to the right of its line. */
  function shifted(line, pixels) {
    var points = line.map(function (p) { return map.project(p); });
    return points.map(function (p, i) {
      var a = points[Math.max(i - 1, 0)], b = points[Math.min(i + 1, points.length - 1)];
      var dx = b.x - a.x, dy = b.y - a.y, d = Math.sqrt(dx * dx + dy * dy) || 1;
      return map.unproject(L.point(p.x - dy / d * pixels, p.y + dx / d * pixels));
    });
  }
  /* Return the direction that lies to the right of a driver who comes from `behind`. [rad] */
  function rightOf(at, behind) {
    var p = map.project(at), q = map.project(behind);
    return Math.atan2(p.x - q.x, -(p.y - q.y));
  }
  function beside(at, behind, pixels) {
    if (!behind) { return at; }
    var a = rightOf(at, behind), p = map.project(at);
    return map.unproject(L.point(p.x + Math.cos(a) * pixels, p.y + Math.sin(a) * pixels));
  }

  /* One tooltip for all lines and sites: Leaflet's own would make each of them a tab stop. */
  var hint = L.tooltip({ direction: "auto" });
  function hinted(item, text) {
    item.on("mouseover mousemove", function (event) { hint.setContent(words("span", text())).setLatLng(event.latlng).addTo(map); });
    item.on("mouseout", function () { hint.remove(); });
    return item.addTo(layer);
  }

  var drawn;
  function noted(what) { drawn[what] = true; }

  function drawRoads() {
    var close = map.getZoom() >= 11 ? 4 : 2.2, ours = {};
    data.routes.forEach(function (route) { ours[route.ref] = route.ours; });
    data.roads.forEach(function (road) {
      if (ours[road.route]) {
        noted("ours");
        L.polyline(road.line, { pane: "lines", color: "#ffd75e", weight: 17, opacity: 0.8, interactive: false }).addTo(layer);
      }
    });
    data.roads.forEach(function (road) {
      var main = road.kind === "main";
      noted(main ? "road" : "side");
      hinted(L.polyline(main ? shifted(road.line, close) : road.line, {
        pane: "lines", color: main ? "#8c97a1" : "#b9c2c9", weight: main ? 1.3 : 1, interactive: main,
        dashArray: main ? null : "2 3"
      }), function () { return road.route + " " + road.way; });
    });
    if (shown.trucks) { drawTrucks(close); }
  }
  /* Pieces of a carriageway with as many trucks are one line; its width grows with their number. */
  function drawTrucks(close) {
    var t = data.years.indexOf(year);
    data.roads.forEach(function (road) {
      if (!road.trucks) { return; }
      var width = road.trucks.map(function (by) { return by[t] ? Math.min(6, 0.7 + Math.sqrt(by[t]) / 9) : 0; });
      var line = shifted(road.line, close), from = 0;
      for (var k = 1; k <= width.length; k++) {
        if (k < width.length && Math.round(width[k] * 2) === Math.round(width[from] * 2)) { continue; }
        if (width[from]) {
          noted("trucks");
          L.polyline(line.slice(from, k + 1), {
            pane: "lines", color: "#0f7d6c", opacity: 0.75, weight: width[from], interactive: false, lineCap: "butt"
          }).addTo(layer);
        }
        from = k;
      }
    });
  }
  function drawLanes() {
    if (!shown.lanes) { return; }
    data.lanes.forEach(function (lane) {
      var plant = data.plants.find(function (p) { return p.id === lane.plant; });
      var mark = data.marks.find(function (m) { return m.no === lane.no; });
      if (lane.year !== year || !plant || !mark) { return; }
      noted("lanes");
      L.polyline([plant.at, mark.stations[0].at], {
        pane: "lines", color: "#b01e2e", weight: 1 + Math.sqrt(lane.kg) / 40, opacity: 0.55, dashArray: "5 4", interactive: false
      }).addTo(layer);
    });
  }
  function tip(item, more) {
    return function () { return named(item) + (more ? " · " + say(more[0], more[1]) : ""); };
  }
  function drawSites() {
    if (shown.candidates) {
      data.candidates.forEach(function (site) {
        noted("candidates");
        hinted(L.circleMarker(beside(site.at, site.heading, 4), {
          pane: "spots", radius: 2.4, color: "#6b7680", weight: 1, fillColor: "#ffffff", fillOpacity: 1
        }), tip(site));
      });
    }
    if (shown.rejected) {
      data.rejected.forEach(function (site) {
        noted("rejected");
        hinted(L.circleMarker(site.at, {
          pane: "spots", radius: 3, color: "#b01e2e", weight: 1, dashArray: "1 2", fillOpacity: 0
        }), tip(site, [site.reason, site.reason_zh]));
      });
    }
    data.places.forEach(function (place) {
      noted(place.kind);
      hinted(L.marker(place.at, {
        pane: "spots", keyboard: false, icon: L.divIcon({ className: "place place-" + place.kind, iconSize: [9, 9] })
      }), tip(place));
    });
  }

  /* Half a disc on the side that a one-sided station serves, a whole one where it serves both. */
  function disc(mark, r) {
    var node = svg("svg", { width: 2 * r + 2, height: 2 * r + 2, viewBox: [-r - 1, -r - 1, 2 * r + 2, 2 * r + 2].join(" "), "aria-hidden": "true" });
    svg("circle", { r: r, fill: "#ffffff", stroke: "#12303f", "stroke-width": mark.first ? 2.2 : 1 }, node);
    standing(mark).forEach(function (station) {
      var use = colour(inYear(station));
      noted("use" + USE.indexOf(use));
      if (!station.heading) {
        svg("circle", { r: r - 1, fill: use.fill }, node);
      } else {
        noted("half");
        var a = rightOf(station.at, station.heading) * 180 / Math.PI - 90, inner = r - 1;
        svg("path", {
          d: "M" + -inner + ",0A" + inner + "," + inner + " 0 0 0 " + inner + ",0Z", fill: use.fill,
          transform: "rotate(" + a.toFixed(1) + ")", stroke: "#12303f", "stroke-width": 0.6
        }, node);
      }
    });
    var text = svg("text", { "text-anchor": "middle", y: 4 }, node);
    text.textContent = mark.no;
    return node;
  }
  function summary(mark) {
    return mark.no + " " + say(mark.full_en, mark.full_zh) + standing(mark).map(function (station) {
      var row = inYear(station);
      return ", " + row.kg_text + say(" kg a day, ", " 千克/日，") + say("use ", "利用率 ") + row.use_text;
    }).join("");
  }
  function popup(mark) {
    var node = document.createElement("div");
    node.className = "popup";
    node.appendChild(words("p", mark.no + " · " + say(mark.full_en, mark.full_zh), "popup-head"));
    mark.stations.forEach(function (station) {
      node.appendChild(words("p", [station.route, station.way === "both" ? say("both directions", "双向") : say(station.way_en, station.way),
        station.km && station.km + " km", station.off_km && "±" + station.off_km + " km"].filter(Boolean).join(" · ")));
      var table = document.createElement("table");
      station.timeline.forEach(function (row) {
        var line = document.createElement("tr");
        [String(row.year), row.tier, row.kg_text + say(" kg/d", " 千克/日"), row.use_text,
          row.trucks_text + say(" trucks/d", " 车次/日")].forEach(function (cell) {
          line.appendChild(words("td", cell));
        });
        table.appendChild(line);
      });
      node.appendChild(table);
    });
    return node;
  }
  function openMark(mark) {
    L.popup({ offset: [0, -6], maxWidth: Math.min(360, box.clientWidth - 60) })
      .setLatLng(mark.stations[0].at).setContent(popup(mark)).openOn(map);
  }
  function at(node, x, y) {
    node.style.left = x + "px";
    node.style.top = y + "px";
    pane.appendChild(node);
  }
  function label(text, css) {
    var node = words("span", text, "map-label " + css);
    at(node, 0, 0);
    return node;
  }
  function around(spot, node, own) {
    return { x: spot.x, y: spot.y, r: spot.r, width: node.offsetWidth, height: node.offsetHeight, node: node, own: own, far: !!own };
  }
  function put(entry, rect) {
    if (!rect) { entry.node.remove(); return false; }
    at(entry.node, rect.left, rect.top);
    return true;
  }

  /* What carries a number or a name stands above all lines: placed together, so that nothing hides. */
  function drawMarks() {
    var held = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.mark : null;
    pane.textContent = "";
    var small = box.clientWidth < 600, size = map.getSize(), origin = map.containerPointToLayerPoint([0, 0]);
    var frame = { left: origin.x + 3, top: origin.y + 3, right: origin.x + size.x - 3, bottom: origin.y + size.y - 24 };
    function point(where) { return map.latLngToLayerPoint(where); }
    function inside(p) {
      return p.x >= frame.left && p.x <= frame.right && p.y >= frame.top && p.y <= frame.bottom;
    }
    var items = [];
    data.marks.forEach(function (mark) {
      var now = standing(mark);
      if (!now.length) { return; }
      var kg = now.reduce(function (sum, s) { return sum + inYear(s).kg; }, 0);
      mark.first = mark.stations.some(function (s) { return s.timeline[0].year === data.years[0]; });
      var p = point(now[0].at);
      items.push({ mark: mark, x: p.x, y: p.y, r: (small ? 8 : 9) + Math.sqrt(Math.max(kg, 0)) / (small ? 22 : 14) });
    });
    data.plants.forEach(function (plant) {
      var p = point(plant.at);
      items.push({ plant: plant, x: p.x, y: p.y, r: 7 });
    });
    var near = items.filter(inside);
    var spots = layout.settle(near, frame);
    near.forEach(function (item, i) { item.spot = { x: spots[i].x, y: spots[i].y, r: item.r }; });
    items.forEach(function (item) { item.spot = item.spot || { x: item.x, y: item.y, r: item.r }; });

    var drawing = svg("svg", { "class": "leaders", width: 1, height: 1, "aria-hidden": "true" }, pane);
    var lines = [];
    function leader(x1, y1, x2, y2, css) { svg("line", { x1: x1, y1: y1, x2: x2, y2: y2, "class": css }, drawing); }
    items.forEach(function (item) {
      var off = Math.hypot(item.spot.x - item.x, item.spot.y - item.y);
      if (off < 2) { item.spot.x = item.x; item.spot.y = item.y; return; }
      if (off > item.r) { noted("leader"); }
      leader(item.x, item.y, item.spot.x, item.spot.y, "leader");
      svg("circle", { cx: item.x, cy: item.y, r: 2.2, "class": "true-place" }, drawing);
      if (off > item.r) { lines.push({ x1: item.x, y1: item.y, x2: item.spot.x, y2: item.spot.y }); }
    });
    items.forEach(function (item) {
      if (item.plant) {
        noted("plant");
        var square = words("span", "", "plant");
        at(square, item.spot.x - 7, item.spot.y - 7);
        return;
      }
      noted("mark");
      var button = document.createElement("button"), r = item.r;
      button.type = "button";
      button.className = "mark";
      button.dataset.mark = item.mark.no;
      button.dataset.trueX = item.x;
      button.dataset.trueY = item.y;
      button.setAttribute("aria-label", summary(item.mark));
      button.title = summary(item.mark);
      button.appendChild(disc(item.mark, r));
      button.addEventListener("click", function () { openMark(item.mark); });
      L.DomEvent.disableClickPropagation(button);
      at(button, item.spot.x - r - 1, item.spot.y - r - 1);
      if (held === String(item.mark.no)) { button.focus({ preventScroll: true }); }
    });

    var circles = items.map(function (i) { return { x: i.spot.x, y: i.spot.y, r: i.r + 1, own: i }; })
      .concat(items.map(function (i) { return { x: i.x, y: i.y, r: 3, dot: true }; }));
    var taken = [];
    var named_ = near.map(function (item) {
      var text = item.mark ? say(item.mark.en, item.mark.zh) : bare(named(item.plant));
      return around(item.spot, label(text, item.mark ? "station-label" : "plant-label"), item);
    });
    layout.place(named_, circles, taken, lines, frame).forEach(function (rect, i) {
      if (put(named_[i], rect) && rect.line) { leader(rect.line.x1, rect.line.y1, rect.line.x2, rect.line.y2, "leader thin"); }
    });
    drawShields(circles, taken, lines, frame);
    var towns = data.places.filter(function (p) { return (p.kind === "town" || p.kind === "cordon") && inside(point(p.at)); })
      .map(function (place) {
        var p = point(place.at);
        return around({ x: p.x, y: p.y, r: 5 }, label(bare(named(place)), "place-label"), null);
      });
    layout.place(towns, circles, taken, lines, frame).forEach(function (rect, i) { put(towns[i], rect); });
  }
  /* The number of each road once, where nothing else stands: the corridor's own first. */
  function drawShields(circles, taken, lines, frame) {
    var seen = {};
    data.routes.slice().sort(function (a, b) { return b.ours - a.ours; }).forEach(function (route) {
      if (seen[route.en]) { return; }
      var node = label(say(route.en, route.zh), "shield shield-" + route.shield);
      var spots = [];
      data.roads.filter(function (r) { return r.route === route.ref; }).forEach(function (road) {
        road.line.forEach(function (p) { spots.push(map.latLngToLayerPoint(p)); });
      });
      var middle = spots.length / 2;
      spots = spots.map(function (p, i) { return { p: p, off: Math.abs(i - middle) }; })
        .sort(function (a, b) { return a.off - b.off; });
      var w = node.offsetWidth / 2, h = node.offsetHeight / 2;
      var rect = spots.map(function (s) {
        return { left: s.p.x - w, right: s.p.x + w, top: s.p.y - h, bottom: s.p.y + h };
      }).find(function (r) {
        return r.left >= frame.left && r.right <= frame.right && r.top >= frame.top && r.bottom <= frame.bottom &&
          !taken.some(function (t) { return layout.overlaps(r, t); }) &&
          !circles.some(function (c) { return layout.touches(r, c); });
      });
      if (!rect) { node.remove(); return; }
      seen[route.en] = true;
      noted("shield");
      at(node, rect.left, rect.top);
      taken.push(rect);
    });
  }

  function markKey() {
    document.querySelectorAll("[data-key-of]").forEach(function (item) {
      item.classList.toggle("later", !!year && Number(item.dataset.since) > year);
    });
  }

  function draw() {
    layer.clearLayers();
    hint.remove();
    drawn = {};
    drawRoads();
    drawLanes();
    drawSites();
    drawMarks();
    legend.show(drawn);
    markKey();
    keepSize();
  }
  /* The legend takes its room from the map: what was fitted is fitted again. */
  var extent = null, fitting = false;
  function keepSize() {
    var size = map.getSize();
    if (fitting || (box.clientWidth === size.x && box.clientHeight === size.y)) { return; }
    fitting = true;
    map.invalidateSize({ animate: false });
    fitting = false;
    fit(extent);
  }
  window.redrawMap = function () { map.closePopup(); draw(); };

  var all = [];
  data.roads.forEach(function (road) { if (road.kind === "main") { all = all.concat(road.line); } });
  data.places.forEach(function (place) { all.push(place.at); });
  var bounds = all.length ? L.latLngBounds(all) : null;
  /* The first view holds the stations and the plants among them; without stations, the towns. */
  var near = [];
  data.marks.forEach(function (m) { m.stations.forEach(function (s) { near.push(s.at); }); });
  if (near.length < 2) {
    near = data.places.filter(function (p) { return p.kind === "town"; }).map(function (p) { return p.at; });
  }
  data.routes.forEach(function (route) {
    if (route.ours) {
      data.roads.forEach(function (road) { if (road.route === route.ref) { near = near.concat(road.line); } });
    }
  });
  var focus = near.length > 1 ? L.latLngBounds(near).pad(0.02) : bounds;
  function fit(where) {
    extent = where;
    if (!where) { return; }
    fitting = true;
    map.fitBounds(where, { animate: false, paddingTopLeft: [18, 18], paddingBottomRight: [18, 30] });
    fitting = false;
  }
  if (focus) { fit(focus); } else { map.setView([0, 0], 1); }
  draw();
  map.on("moveend resize", draw);
  map.on("dragstart zoomstart", function () { if (!fitting) { extent = null; } });

  function press(name, value) {
    document.querySelectorAll("button[data-" + name + "]").forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.getAttribute("data-" + name) === String(value)));
    });
  }
  function onEach(selector, act) {
    document.querySelectorAll(selector).forEach(function (node) {
      node.addEventListener("click", function () { act(node); });
    });
  }
  onEach("button[data-year]", function (button) {
    year = Number(button.dataset.year);
    press("year", year);
    map.closePopup();
    draw();
  });
  onEach("button[data-extent]", function (button) {
    press("extent", button.dataset.extent);
    fit(button.dataset.extent === "all" ? bounds : focus);
  });
  onEach("button[data-zoom]", function (button) { map.setZoom(map.getZoom() + Number(button.dataset.zoom)); });
  onEach("[data-key-of]", function (item) {
    var mark = data.marks.find(function (m) { return String(m.no) === item.dataset.keyOf; });
    if (mark) { openMark(mark); }
  });
  press("year", year);

  /* A search goes to the first station, site or town whose name holds what was typed. */
  var search = document.getElementById("map-search");
  if (search) {
    search.addEventListener("change", function () {
      var asked = search.value.trim().toLowerCase();
      if (!asked) { return; }
      function holds(item) { return (item.zh + " " + item.en).toLowerCase().indexOf(asked) >= 0; }
      var mark = data.marks.find(holds);
      var found = mark ? mark.stations[0] : data.places.concat(data.plants, data.candidates, data.rejected).find(holds);
      search.setAttribute("aria-invalid", String(!found));
      if (!found) { return; }
      map.setView(found.at, Math.max(map.getZoom(), 11));
      if (mark) { openMark(mark); }
    });
  }
  /* A browser scrolls what it gives the focus into view; a map pans instead. */
  pane.addEventListener("focusin", function (event) {
    box.scrollTop = box.scrollLeft = 0;
    var mark = data.marks.find(function (m) { return String(m.no) === event.target.dataset.mark; });
    if (mark && !map.getBounds().contains(mark.stations[0].at)) { map.panTo(mark.stations[0].at, { animate: false }); }
  });
  box.addEventListener("keydown", function (event) { if (event.key === "Escape") { map.closePopup(); } });

  /* The sheet is narrower than the screen, and beforeprint comes before its layout. */
  function resize(width, height) {
    box.style.width = width;
    box.style.height = height;
    map.invalidateSize({ animate: false });
    fit(focus);
    draw();
  }
  window.addEventListener("beforeprint", function () { resize("184mm", "74mm"); });
  window.addEventListener("afterprint", function () { resize("", ""); });
}());
