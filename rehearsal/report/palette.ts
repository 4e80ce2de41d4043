/** The colours of page and pictures, as `name: [light, dark]`; text on its background reaches a contrast of 4.5:1. */
const colours = {
    page: ["#f6f7f9", "#0f1318"],
    surface: ["#ffffff", "#171c23"],
    sunken: ["#f0f2f5", "#11161c"],
    line: ["#d9dee5", "#2c343f"],
    text: ["#18202b", "#e6eaf0"],
    muted: ["#566273", "#9aa7b8"],
    accent: ["#1f5fc4", "#7eb0ff"],
    critical: ["#c2371c", "#ff8264"],
    criticalSoft: ["#fbe6e0", "#40211a"],
    good: ["#1a7442", "#5fce8e"],
    goodSoft: ["#dff3e7", "#16331f"],
    warn: ["#8a5a00", "#edbb54"],
    warnSoft: ["#fcf0d2", "#382b10"],
    bad: ["#b3261e", "#ff8a80"],
    badSoft: ["#fbe4e2", "#43191a"],
    edge: ["#8793a3", "#66727f"],
    group0: ["#2f6fd0", "#5b94ea"],
    group1: ["#11827a", "#3db4aa"],
    group2: ["#7a4fc0", "#a585e6"],
    group3: ["#a9650c", "#d79a45"],
    group4: ["#3c7d2b", "#75b562"],
    group5: ["#b0417e", "#de7fb2"],
    group6: ["#2b7f9e", "#5db4d3"],
    group7: ["#63708a", "#93a0b8"],
} as const satisfies Record<string, readonly [string, string]>;

const groupColours = Object.keys(colours).filter((name) => name.startsWith("group")).length;

/** The class of a layer's colour: `g0` to `g7`, then from the beginning again. */
export function groupClass(index: number): string {
    return `g${index % groupColours}`;
}

function variables(side: 0 | 1): string {
    return Object.entries(colours)
        .map(([name, pair]) => `--${name}:${pair[side]}`)
        .join(";");
}

/** CSS rules that give each layer's class its colour as `--own`. */
const groupRules = Array.from({ length: groupColours }, (_, i) => `.g${i}{--own:var(--group${i})}`).join("\n");

/**
 * The palette for a page: custom properties that follow the reader's preference for light or dark, which
 * `data-theme="light"` or `"dark"` on the root element overrides. Print is always light.
 */
export function pageColours(): string {
    return [
        `:root{color-scheme:light;${variables(0)}}`,
        `@media screen and (prefers-color-scheme:dark){:root:not([data-theme=light]){color-scheme:dark;${variables(1)}}}`,
        `@media screen{:root[data-theme=dark]{color-scheme:dark;${variables(1)}}}`,
        groupRules,
    ].join("\n");
}

/**
 * The palette for a picture of its own: the rules with plain colours, because many viewers of SVG know no custom
 * properties, and once more for dark surroundings.
 */
export function pictureStyle(css: string): string {
    const plain = (side: 0 | 1): string => {
        const literal = css.replace(/var\(--(\w+)\)/g, (whole, name: string) =>
            name in colours ? colours[name as keyof typeof colours][side] : whole,
        );
        // `.bar{fill:var(--own)}` becomes one rule for each layer.
        return literal
            .split("\n")
            .flatMap((rule) =>
                rule.includes("var(--own)")
                    ? Array.from({ length: groupColours }, (_, i) =>
                          rule
                              .replace(
                                  /^([^{]+)\{/,
                                  (_whole, selectors: string) =>
                                      `${selectors
                                          .split(",")
                                          .map((s) => `.g${i} ${s.trim()}`)
                                          .join(",")}{`,
                              )
                              .replaceAll("var(--own)", colours[`group${i}` as keyof typeof colours][side]),
                      )
                    : [rule],
            )
            .join("\n");
    };
    return `${plain(0)}\n@media (prefers-color-scheme:dark){\n${plain(1)}\n}`;
}
