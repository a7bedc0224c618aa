/* Where marks and labels go, in pixels: pure geometry, no map and no document.
   Marks are circles that must not hide one another; labels are rectangles that must not hide marks. */
var layout = (function () {
  "use strict";
  var ROUNDS = 700, SHOVE_ONLY = 400, GAP = 2, CLEAR = 3;

  /* Move point `a` away from `b` until they are `least` apart, by `share` of what lacks. */
  function apart(a, b, least, share, turn) {
    var dx = a.x - b.x, dy = a.y - b.y, d = Math.sqrt(dx * dx + dy * dy);
    if (d >= least) { return false; }
    if (d < 0.01) { dx = Math.cos(turn); dy = Math.sin(turn); d = 1; }
    var push = (least - Math.min(d, least)) * share + 0.05;
    a.x += dx / d * push;
    a.y += dy / d * push;
    return true;
  }

  /* Return where each circle {x, y, r} stands so that none hides another one or another one's true
     place: at its true place where it can, else as near as a few hundred rounds of pushing find. */
  function settle(circles, frame) {
    var spots = circles.map(function (c) { return { x: c.x, y: c.y }; });
    for (var round = 0; round < ROUNDS; round++) {
      var moved = false;
      spots.forEach(function (spot, i) {
        var own = circles[i], turn = i * 2.4;
        if (round < SHOVE_ONLY) {
          spot.x += (own.x - spot.x) * 0.06;
          spot.y += (own.y - spot.y) * 0.06;
        }
        circles.forEach(function (other, j) {
          if (i === j) { return; }
          if (apart(spot, spots[j], own.r + other.r + GAP, 0.5, turn)) { moved = true; }
          if (apart(spot, other, own.r + CLEAR, 0.5, turn)) { moved = true; }
        });
        spot.x = Math.min(Math.max(spot.x, frame.left + own.r), frame.right - own.r);
        spot.y = Math.min(Math.max(spot.y, frame.top + own.r), frame.bottom - own.r);
      });
      if (!moved && round >= SHOVE_ONLY) { break; }
    }
    return spots;
  }

  function overlaps(a, b) {
    return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  }
  function touches(rect, circle) {
    return distance(rect, circle) < 0;
  }
  function distance(rect, circle) {
    var dx = circle.x - Math.min(Math.max(circle.x, rect.left), rect.right);
    var dy = circle.y - Math.min(Math.max(circle.y, rect.top), rect.bottom);
    return Math.sqrt(dx * dx + dy * dy) - circle.r;
  }
  /* Whether a line from (x1, y1) to (x2, y2) meets a rectangle or a circle, seen every 3 pixels. */
  function crosses(line, rects, circles) {
    var n = Math.ceil(Math.hypot(line.x2 - line.x1, line.y2 - line.y1) / 3);
    for (var k = 1; k < n; k++) {
      var x = line.x1 + (line.x2 - line.x1) * k / n, y = line.y1 + (line.y2 - line.y1) * k / n;
      var dot = { left: x - 1, right: x + 1, top: y - 1, bottom: y + 1 };
      if (rects.some(function (r) { return overlaps(dot, r); })) { return true; }
      if (circles.some(function (c) { return touches(dot, c); })) { return true; }
    }
    return false;
  }

  /* Places around a circle, the nearest first; at one distance right, left, then round about. */
  function candidates(label, far) {
    var found = [];
    [2, 12, 26, 42, 60].slice(0, far ? 5 : 1).forEach(function (gap, ring) {
      [0, 180, 330, 30, 210, 150, 270, 90, 300, 60, 240, 120].forEach(function (degrees) {
        var a = degrees * Math.PI / 180, c = Math.cos(a), s = Math.sin(a), out = label.r + gap;
        var x = label.x + c * (out + label.width / 2), y = label.y + s * (out + label.height / 2);
        found.push({
          left: x - label.width / 2, right: x + label.width / 2,
          top: y - label.height / 2, bottom: y + label.height / 2, ring: ring
        });
      });
    });
    return found;
  }

  /* Give labels {x, y, r, width, height, far} a rectangle each, or null where none is free; a label
     away from its circle gets a line. What has least room is placed first. */
  function place(labels, circles, taken, lines, frame) {
    function free(rect, label) {
      if (rect.left < frame.left || rect.right > frame.right ||
          rect.top < frame.top || rect.bottom > frame.bottom) { return false; }
      if (taken.some(function (t) { return overlaps(rect, t); })) { return false; }
      if (circles.some(function (c) { return touches(rect, c); })) { return false; }
      if (lines.some(function (l) { return crosses(l, [rect], []); })) { return false; }
      // A label is nearest to its own circle; one with a line keeps off the others.
      var least = rect.ring ? 6 : distance(rect, label) + 4;
      if (!circles.every(function (c) { return c.own === label.own || c.dot || distance(rect, c) > least; })) {
        return false;
      }
      if (!rect.ring) { rect.line = null; return true; }
      var x = Math.min(Math.max(label.x, rect.left), rect.right);
      var y = Math.min(Math.max(label.y, rect.top), rect.bottom);
      var d = Math.hypot(x - label.x, y - label.y) || 1;
      rect.line = {
        x1: label.x + (x - label.x) / d * label.r, y1: label.y + (y - label.y) / d * label.r, x2: x, y2: y
      };
      return !crosses(rect.line, taken, circles);
    }
    var order = labels.map(function (label, i) {
      var choices = candidates(label, label.far);
      return { i: i, choices: choices, room: choices.filter(function (c) { return free(c, label); }).length };
    });
    order.sort(function (a, b) { return a.room - b.room || a.i - b.i; });
    var found = labels.map(function () { return null; });
    order.forEach(function (entry) {
      var label = labels[entry.i];
      var rect = entry.choices.find(function (c) { return free(c, label); });
      if (!rect) { return; }
      found[entry.i] = rect;
      taken.push(rect);
      if (rect.line) { lines.push(rect.line); }
    });
    return found;
  }

  return { settle: settle, place: place, overlaps: overlaps, touches: touches };
}());
