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
} as const satisfies Record<string, readonly [string, string]>;

/**
 * The layers of the platform with their colours, `[light, dark]`: a layer has its colour in the report of every stack. The keys are the
 * modules of the components' types, `stack` and `platform` for what is in none.
 */
const layers: Readonly<Record<string, readonly [string, string]>> = {
    stack: ["#2f6fd0", "#5b94ea"],
    operators: ["#0e736b", "#3db4aa"],
    gpu: ["#7a4fc0", "#a585e6"],
    identity: ["#9c5c08", "#d79a45"],
    governance: ["#3c7d2b", "#75b562"],
    gateway: ["#b0417e", "#de7fb2"],
    platform: ["#247793", "#5db4d3"],
    serving: ["#5d6983", "#93a0b8"],
    certificates: ["#6b6f10", "#bcbf55"],
    observability: ["#9a35b5", "#d98cec"],
    addons: ["#80563a", "#c99b78"],
    agents: ["#4b4ccf", "#9a9bff"],
    manifests: ["#3f4855", "#c3cad4"],
    workspaces: ["#8f3d2a", "#e08a75"],
    litemaas: ["#a8324a", "#ec8fa1"],
};

const names = Object.keys(layers);

/** Whether the platform has a layer of this name. */
export function isLayer(name: string): boolean {
    return names.includes(name);
}

/**
 * The number of a layer's colour.
 *
 * @param others layers before it that the platform does not have: those of another program get the colours after the platform's
 */
export function layerColour(name: string, others = 0): number {
    const known = names.indexOf(name);
    return known < 0 ? names.length + others : known;
}

/** The class of a colour: `g0`, `g1` and so on. */
export function groupClass(colour: number): string {
    return `g${colour}`;
}

function groupColour(colour: number, side: 0 | 1): string {
    const known = names[colour];
    // Hues by the golden angle: no two of them are alike.
    return known === undefined ? `hsl(${Math.round((colour * 137.5) % 360)} 60% ${side === 0 ? 30 : 70}%)` : layers[known]![side];
}

function variables(side: 0 | 1): string {
    return Object.entries(colours)
        .map(([name, pair]) => `--${name}:${pair[side]}`)
        .join(";");
}

/** CSS rules that give each layer's class its colour as `--own`. */
function groupRules(used: readonly number[], side: 0 | 1, root = ""): string {
    return used.map((colour) => `${root}.${groupClass(colour)}{--own:${groupColour(colour, side)}}`).join("");
}

/**
 * The palette for a page: custom properties that follow the reader's preference for light or dark, which
 * `data-theme="light"` or `"dark"` on the root element overrides. Print is always light.
 *
 * @param used numbers of the layers' colours
 */
export function pageColours(used: readonly number[]): string {
    const dark = (root: string): string => `${root}{color-scheme:dark;${variables(1)}}${groupRules(used, 1, `${root} `)}`;
    return [
        `:root{color-scheme:light;${variables(0)}}`,
        groupRules(used, 0),
        `@media screen and (prefers-color-scheme:dark){${dark(":root:not([data-theme=light])")}}`,
        `@media screen{${dark(":root[data-theme=dark]")}}`,
    ].join("\n");
}

/**
 * The palette for a picture of its own: the rules with plain colours, because many viewers of SVG know no custom
 * properties, and once more for dark surroundings.
 *
 * @param used numbers of the layers' colours
 */
export function pictureStyle(css: string, used: readonly number[]): string {
    const plain = (side: 0 | 1): string => {
        const literal = css.replace(/var\(--(\w+)\)/g, (whole, name: string) =>
            name in colours ? colours[name as keyof typeof colours][side] : whole,
        );
        // `.bar{fill:var(--own)}` becomes one rule for each layer.
        return literal
            .split("\n")
            .flatMap((rule) =>
                rule.includes("var(--own)")
                    ? used.map((colour) =>
                          rule
                              .replace(
                                  /^([^{]+)\{/,
                                  (_whole, selectors: string) =>
                                      `${selectors
                                          .split(",")
                                          .map((s) => `.${groupClass(colour)} ${s.trim()}`)
                                          .join(",")}{`,
                              )
                              .replaceAll("var(--own)", groupColour(colour, side)),
                      )
                    : [rule],
            )
            .join("\n");
    };
    return `${plain(0)}\n@media (prefers-color-scheme:dark){\n${plain(1)}\n}`;
}
