/** Text outside code spans, where Markdown would take `<name>` for HTML. */
export const escaped = (text: string): string => text.replace(/(`[^`]*`)|</g, (_, code?: string) => code ?? "&lt;");

/** A Markdown table; pipes and angle brackets inside cells are escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
    const line = (cells: readonly string[]): string =>
        `| ${cells.map((c) => escaped(c).replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
    return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** The first lines of a generated page. */
export function heading(title: string, from: string): string {
    return `# ${title}\n\n<!-- Generated from ${from} by \`npm run generate\`; do not edit. -->\n`;
}
