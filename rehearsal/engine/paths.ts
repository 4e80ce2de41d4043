/** Property paths as programs write them: `metadata.labels["example.com/a"]`, `spec.list[0].name`, `*`. */

/** The steps of a path; `*` stands for every key or index. */
export function stepsOf(path: string): string[] {
    return [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[([^\]]*)\]|([^.[\]]+)/g)].map(
        ([, quoted, index, key]) => quoted?.replace(/\\(.)/g, "$1") ?? index ?? key!,
    );
}

/** Whether a path holds what has changed, given as `.spec.list[2]`. */
export function holds(path: string, changed: string): boolean {
    const steps = stepsOf(path).map((step) =>
        step === "*" ? String.raw`(?:\.[^.[]+|\[\d+\])` : `(?:\\.${escaped(step)}|\\[${escaped(step)}\\])`,
    );
    return new RegExp(`^${steps.join("")}(?:[.[]|$)`).test(changed);
}

function escaped(text: string): string {
    return text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
