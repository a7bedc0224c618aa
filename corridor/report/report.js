(function () {
  "use strict";
  var root = document.documentElement;

  function setLanguage(language) {
    root.setAttribute("data-lang", language);
    root.lang = language === "zh" ? "zh-CN" : "en";
    document.querySelectorAll("button[data-set-lang]").forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.dataset.setLang === language));
    });
    if (window.redrawMap) { window.redrawMap(); }
  }
  document.querySelectorAll("button[data-set-lang]").forEach(function (button) {
    button.addEventListener("click", function () { setLanguage(button.dataset.setLang); });
  });
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details.printed").forEach(function (d) { d.open = true; });
  });
  document.querySelectorAll("button[data-open-all]").forEach(function (button) {
    button.addEventListener("click", function () {
      var open = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(open));
      document.querySelectorAll("details").forEach(function (d) { d.open = open; });
    });
  });

  var box = document.getElementById("map");
  var island = document.getElementById("map-data");
  if (!box || !island || !window.L) { return; }
  var data = JSON.parse(island.textContent);
  var L = window.L;
  var colours = ["#0b4f6c", "#dd8a00", "#009e73", "#b3568b", "#56b4e9", "#8a6d3b"];
  var map = L.map(box, { zoomSnap: 0.25, scrollWheelZoom: false, attributionControl: true });
  map.attributionControl.setPrefix("Leaflet 1.9.4");
  data.attribution.forEach(function (line) {
    var holder = document.createElement("span");
    holder.textContent = line;
    map.attributionControl.addAttribution(holder.innerHTML);
  });
  map.createPane("places").style.zIndex = 390;
  L.control.scale({ imperial: false, maxWidth: 140 }).addTo(map);

  function words(tag, text, css) {
    var node = document.createElement(tag);
    node.textContent = text;
    if (css) { node.className = css; }
    return node;
  }
  function chinese() { return root.getAttribute("data-lang") === "zh"; }
  function say(en, zh) { return chinese() ? zh : en; }
  function label(item) {
    var node = document.createElement("span");
    if (item.zh) { var zh = words("span", item.zh, "zhname"); zh.lang = "zh-CN"; node.appendChild(zh); }
    if (item.en && item.en !== item.zh) { node.appendChild(words("span", (item.zh ? " " : "") + item.en)); }
    return node;
  }

  /* Traffic keeps right: a carriageway is drawn so many pixels to the right of its line. */
  function shifted(line, pixels) {
    var points = line.map(function (p) { return map.project(p); });
    return points.map(function (p, i) {
      var a = points[Math.max(i - 1, 0)], b = points[Math.min(i + 1, points.length - 1)];
      var dx = b.x - a.x, dy = b.y - a.y, d = Math.sqrt(dx * dx + dy * dy) || 1;
      return map.unproject(L.point(p.x - dy / d * pixels, p.y + dx / d * pixels));
    });
  }
  function beside(at, behind, pixels) {
    if (!behind) { return at; }
    var p = map.project(at), q = map.project(behind);
    var dx = p.x - q.x, dy = p.y - q.y, d = Math.sqrt(dx * dx + dy * dy) || 1;
    return map.unproject(L.point(p.x - dy / d * pixels, p.y + dx / d * pixels));
  }

  /* Labels on the map leave out what stands in brackets; the full name is in the tables. */
  function short(item) {
    return label({
      zh: item.zh.replace(/[(（].*$/, "").trim() || item.zh,
      en: item.en.replace(/[(（].*$/, "").trim() || item.en
    });
  }

  var layer = L.layerGroup().addTo(map);
  var labels = [];

  /* Of labels that overlap, the one placed first stays. */
  function declutter() {
    var kept = [];
    labels.forEach(function (marker) {
      var node = marker.getTooltip().getElement();
      if (!node) { return; }
      node.style.visibility = "";
      var r = node.getBoundingClientRect();
      var clash = kept.some(function (k) {
        return r.left < k.right && k.left < r.right && r.top < k.bottom && k.top < r.bottom;
      });
      if (clash) { node.style.visibility = "hidden"; } else { kept.push(r); }
    });
  }
  var year = data.years.length ? data.years[data.years.length - 1] : null;

  function inYear(station) {
    return station.timeline.filter(function (row) { return row.year === year; })[0];
  }
  function popup(station) {
    var node = document.createElement("div");
    node.className = "popup";
    var head = words("p", "", "popup-head");
    head.appendChild(label(station));
    node.appendChild(head);
    node.appendChild(words("p", station.route + " · " + station.way +
      (station.km ? " · " + station.km + " km" : "") +
      (station.off_km ? " · ±" + station.off_km + " km" : "")));
    var table = document.createElement("table");
    station.timeline.forEach(function (row) {
      var line = document.createElement("tr");
      [String(row.year), row.tier, row.kg_text + " kg/d", row.use_text,
        row.trucks_text + say(" trucks/d", " 车次/日")].forEach(function (cell) {
        line.appendChild(words("td", cell));
      });
      table.appendChild(line);
    });
    node.appendChild(table);
    return node;
  }
  function square(at, css) {
    return L.marker(at, { pane: "places", keyboard: false, icon: L.divIcon({ className: css, iconSize: [11, 11] }) });
  }

  function draw() {
    layer.clearLayers();
    labels = [];
    var plants = [], towns = [];
    data.roads.forEach(function (road) {
      var main = road.kind === "main";
      L.polyline(main ? shifted(road.line, 1.7) : road.line, {
        color: main ? "#8c97a1" : "#c4cbd1", weight: main ? 1.8 : 1, interactive: main,
        dashArray: main ? null : "2 3"
      }).addTo(layer).bindTooltip(function () { return words("span", road.route + " " + road.way); }, { sticky: true });
    });
    data.candidates.forEach(function (site) {
      L.circleMarker(beside(site.at, site.heading, 6), {
        radius: 2.6, color: "#6b7680", weight: 1, fillColor: "#ffffff", fillOpacity: 1
      }).addTo(layer).bindTooltip(function () { return label(site); });
    });
    data.plants.forEach(function (plant) {
      var spot = square(plant.at, "plant").addTo(layer);
      spot.bindTooltip(function () { return short(plant); },
        { permanent: true, direction: "left", offset: [-7, 0], className: "plant-label" });
      plants.push(spot);
    });
    data.places.forEach(function (place) {
      var named = place.kind === "town" || place.kind === "cordon";
      var spot = square(place.at, "place place-" + place.kind).addTo(layer);
      spot.bindTooltip(function () { return named ? short(place) : label(place); }, {
        permanent: named, direction: "right", offset: [6, 0], className: "place-label"
      });
      if (named) { towns.push(spot); }
    });
    data.stations.forEach(function (station) {
      var row = inYear(station);
      if (!row) { return; }
      var first = data.years.indexOf(station.timeline[0].year);
      var spot = L.circleMarker(beside(station.at, station.heading, 8), {
        radius: 5 + Math.sqrt(Math.max(row.kg, 0)) / 7, color: "#ffffff", weight: 1.5,
        fillColor: colours[Math.max(first, 0) % colours.length], fillOpacity: 0.92, className: "station-mark"
      }).addTo(layer);
      spot.bindTooltip(function () { return short(station); },
        { permanent: true, direction: "right", offset: [8, 0], className: "station-label" });
      spot.bindPopup(function () { return popup(station); });
      labels.push(spot);
    });
    labels = labels.concat(plants, towns);
    declutter();
  }
  window.redrawMap = draw;

  var all = [];
  data.roads.forEach(function (road) { if (road.kind === "main") { all = all.concat(road.line); } });
  data.places.forEach(function (place) { all.push(place.at); });
  var bounds = all.length ? L.latLngBounds(all) : null;
  // The first view holds the stations, the plants of the region and its towns: the whole corridor.
  var townsAt = data.places.filter(function (p) { return p.kind === "town"; }).map(function (p) { return p.at; });
  var near = data.stations.map(function (s) { return s.at; }).concat(townsAt,
    data.plants.map(function (p) { return p.at; }).filter(function (at) { return bounds && bounds.contains(at); })
  );
  var focus = near.length > 1 ? L.latLngBounds(near).pad(0.06) : bounds;
  function fit(where) { if (where) { map.fitBounds(where, { animate: false, padding: [16, 16] }); } }
  if (focus) { fit(focus); } else { map.setView([0, 0], 1); }
  draw();
  map.on("zoomend", draw);
  map.on("moveend", declutter);

  function press(name, value) {
    document.querySelectorAll("button[data-" + name + "]").forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.getAttribute("data-" + name) === String(value)));
    });
  }
  document.querySelectorAll("button[data-year]").forEach(function (button) {
    button.addEventListener("click", function () { year = Number(button.dataset.year); press("year", year); draw(); });
  });
  document.querySelectorAll("button[data-extent]").forEach(function (button) {
    button.addEventListener("click", function () {
      press("extent", button.dataset.extent);
      fit(button.dataset.extent === "all" ? bounds : focus);
    });
  });
  press("year", year);
  /* The sheet is narrower than the screen, and beforeprint comes before its layout. */
  function resize(width, height) {
    box.style.width = width;
    box.style.height = height;
    map.invalidateSize({ animate: false });
    fit(focus);
  }
  window.addEventListener("beforeprint", function () { resize("182mm", "104mm"); });
  window.addEventListener("afterprint", function () { resize("", ""); });
}());
