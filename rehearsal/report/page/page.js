// Runs in the reader's browser. Everything it shows is in the document already; it only highlights, opens and filters.
"use strict";
(() => {
    const root = document.documentElement;
    root.classList.add("js");
    const data = JSON.parse(document.getElementById("data").textContent);
    const panel = document.getElementById("panel");
    const tip = document.getElementById("tip");
    let opener = null;

    // Details of a resource beside the page.
    const open = (index, from) => {
        const source = document.getElementById(`r${index}`);
        if (!source) {
            return;
        }
        const heading = document.createElement("h2");
        heading.id = "panel-title";
        heading.tabIndex = -1;
        heading.textContent = source.dataset.title;
        const facts = source.querySelector(":scope > .facts").cloneNode(true);
        panel.querySelector(".inside").replaceChildren(heading, facts);
        panel.hidden = false;
        panel.scrollTop = 0;
        opener = from || opener;
        heading.focus();
    };
    const close = () => {
        if (!panel.hidden) {
            panel.hidden = true;
            if (opener && opener.isConnected) {
                opener.focus();
            }
            opener = null;
        }
    };
    panel.querySelector(".close").addEventListener("click", close);
    document.addEventListener("keydown", (event) => {
        if (event.key === "Escape") {
            hideTip();
            close();
        }
    });
    document.addEventListener("click", (event) => {
        const link = event.target.closest && event.target.closest('a[href^="#r"]');
        if (link && /^#r\d+$/.test(link.getAttribute("href"))) {
            event.preventDefault();
            open(Number(link.getAttribute("href").slice(2)), panel.contains(link) ? null : link);
        }
    });

    // Tooltips: the SVG titles, shown at once.
    const hideTip = () => {
        tip.hidden = true;
    };
    const showTip = (text, x, y) => {
        tip.textContent = text;
        tip.hidden = false;
        const { width, height } = tip.getBoundingClientRect();
        tip.style.left = `${Math.max(4, Math.min(x + 14, innerWidth - width - 8))}px`;
        tip.style.top = `${y + 18 + height > innerHeight ? Math.max(4, y - height - 10) : y + 18}px`;
    };

    // One chart: roles, keyboard, tooltips, details.
    const chart = (svg, selector, urns, light) => {
        const marks = [...svg.querySelectorAll(selector)];
        svg.removeAttribute("role");
        svg.setAttribute("role", "group");
        marks.forEach((mark, i) => {
            const title = mark.querySelector("title");
            const text = title ? title.textContent : "";
            if (title) {
                title.remove();
            }
            mark.setAttribute("role", "button");
            mark.setAttribute("aria-label", text.replace(/\n/g, ", "));
            mark.setAttribute("tabindex", i === 0 ? "0" : "-1");
            mark.addEventListener("pointermove", (event) => showTip(text, event.clientX, event.clientY));
            mark.addEventListener("pointerenter", () => light && light(i));
            mark.addEventListener("pointerleave", () => {
                hideTip();
                if (light) {
                    light(-1);
                }
            });
            mark.addEventListener("focus", () => light && light(i));
            mark.addEventListener("blur", () => light && light(-1));
            mark.addEventListener("click", () => {
                select(i, false);
                hideTip();
                open(urns[i], mark);
            });
        });
        const select = (i, focus) => {
            marks.forEach((mark, j) => mark.setAttribute("tabindex", i === j ? "0" : "-1"));
            if (focus) {
                marks[i].focus();
            }
        };
        svg.addEventListener("keydown", (event) => {
            const i = marks.indexOf(event.target);
            if (i < 0) {
                return;
            }
            if (event.key === "Enter" || event.key === " ") {
                event.preventDefault();
                open(urns[i], marks[i]);
                return;
            }
            const direction = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key];
            if (!direction) {
                return;
            }
            event.preventDefault();
            const centre = (mark) => {
                const box = mark.getBoundingClientRect();
                return [box.left + box.width / 2, box.top + box.height / 2];
            };
            const [x, y] = centre(marks[i]);
            let best = -1;
            let bestCost = Infinity;
            marks.forEach((mark, j) => {
                const [mx, my] = centre(mark);
                const along = (mx - x) * direction[0] + (my - y) * direction[1];
                const across = Math.abs((mx - x) * direction[1]) + Math.abs((my - y) * direction[0]);
                const cost = along + 3 * across;
                if (j !== i && along > 1 && cost < bestCost) {
                    best = j;
                    bestCost = cost;
                }
            });
            if (best >= 0) {
                select(best, true);
                marks[best].scrollIntoView({ block: "nearest", inline: "nearest" });
            }
        });
    };

    // Everything that a node waits for, and everything that waits for it.
    const reach = (next, from) => {
        const seen = new Set([from]);
        const queue = [from];
        while (queue.length > 0) {
            for (const i of next[queue.pop()]) {
                if (!seen.has(i)) {
                    seen.add(i);
                    queue.push(i);
                }
            }
        }
        return seen;
    };
    for (const [id, view] of Object.entries(data.graphs)) {
        const svg = document.querySelector(`#${id} svg`);
        const nodes = [...svg.querySelectorAll(".node")];
        const edges = [...svg.querySelectorAll(".edge")];
        const before = view.after.map(() => []);
        view.after.forEach((list, i) => list.forEach((a) => before[a].push(i)));
        const light = (i) => {
            svg.classList.toggle("hot", i >= 0);
            const up = i < 0 ? new Set() : reach(view.after, i);
            const down = i < 0 ? new Set() : reach(before, i);
            nodes.forEach((node, j) => node.classList.toggle("on", up.has(j) || down.has(j)));
            for (const edge of edges) {
                const [a, b] = [Number(edge.dataset.from), Number(edge.dataset.to)];
                edge.classList.toggle("on", (up.has(a) && up.has(b)) || (down.has(a) && down.has(b)));
            }
        };
        chart(svg, ".node", view.resources, light);
    }
    const ganttSvg = document.querySelector("#gantt svg");
    if (ganttSvg) {
        chart(ganttSvg, ".row", data.gantt, null);
    }

    // Which graph, and how large.
    const views = [...document.querySelectorAll("[data-view]")];
    // At first as small as labels can be read; `Fit` shows the whole, however small.
    const READABLE = 0.85;
    const FIT = -1;
    let zoom = 0;
    const draw = () => {
        for (const holder of document.querySelectorAll("#graph .chart")) {
            const svg = holder.querySelector("svg");
            const natural = svg.viewBox.baseVal;
            const fit = Math.min(1, (holder.clientWidth - 2) / natural.width);
            const scale = zoom === 0 ? Math.max(fit, READABLE) : zoom === FIT ? fit : zoom;
            svg.style.width = `${natural.width * scale}px`;
            svg.style.height = `${natural.height * scale}px`;
            svg.dataset.scale = String(scale);
        }
    };
    const show = (name) => {
        for (const button of views) {
            button.setAttribute("aria-pressed", String(button.dataset.view === name));
            document.getElementById(button.dataset.view).hidden = button.dataset.view !== name;
        }
        draw();
    };
    views.forEach((button) => button.addEventListener("click", () => show(button.dataset.view)));
    for (const button of document.querySelectorAll("[data-zoom]")) {
        button.addEventListener("click", () => {
            const svg = document.querySelector("#graph .chart:not([hidden]) svg");
            const factor = Number(button.dataset.zoom);
            zoom = factor === 0 ? FIT : Math.max(0.1, Math.min(3, Number(svg.dataset.scale) * factor));
            draw();
        });
    }
    addEventListener("resize", draw);
    // The names of the lanes stay in sight when a wide graph is scrolled.
    for (const holder of document.querySelectorAll("#graph .chart")) {
        const svg = holder.querySelector("svg");
        holder.addEventListener("scroll", () => {
            const shift = holder.scrollLeft / Number(svg.dataset.scale);
            svg.querySelectorAll(".laneName").forEach((name) => name.setAttribute("transform", `translate(${shift} 0)`));
        });
    }
    if (views.length > 0) {
        show(views[0].dataset.view);
    }

    // The tree: filter, open and close.
    const filter = document.getElementById("filter");
    const leaves = [...document.querySelectorAll("#tree details[data-text]")];
    const holders = [...document.querySelectorAll("#tree details.holder")];
    const apply = () => {
        const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
        for (const leaf of [...leaves].reverse()) {
            const inside = [...leaf.parentElement.querySelectorAll(":scope > ul li")].some((child) => !child.hidden);
            leaf.parentElement.hidden = !inside && !words.every((word) => leaf.dataset.text.includes(word));
        }
        for (const holder of [...holders].reverse()) {
            const any = [...holder.querySelectorAll(":scope > ul > li")].some((child) => !child.hidden);
            holder.parentElement.hidden = words.length > 0 && !any;
            holder.open = words.length > 0 ? any : holder.dataset.open === "true";
        }
        document.getElementById("found").textContent =
            words.length === 0 ? "" : `${leaves.filter((leaf) => !leaf.parentElement.hidden).length} of ${leaves.length}`;
    };
    filter.addEventListener("input", apply);
    for (const button of document.querySelectorAll("[data-all]")) {
        button.addEventListener("click", () => holders.forEach((holder) => (holder.open = button.dataset.all === "open")));
    }

    const theme = document.getElementById("theme");
    theme.addEventListener("click", () => {
        const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
        root.dataset.theme = dark ? "light" : "dark";
    });
})();
