import { causes, requestTroubles } from "../../catalogue/troubleshooting";
import { linked } from "./citations";
import { heading, table } from "./table";

/** The causes that `maas status` knows, and those that only requests show, as a page. */
export function troubleshootingPage(): string {
    const code = (text: string): string => `\`${text}\``;
    const seen = causes.map(({ id, kind = "any", name, says, cause, remedies, advice, source }) => [
        id,
        `${kind.replaceAll("|", ", ")}${name === undefined ? "" : ` ${code(name)}`}`,
        says === "." ? "not ready" : code(says),
        cause,
        [...remedies.map(code), ...(advice === undefined ? [] : [advice])].join("<br>"),
        linked(source),
    ]);
    const requests = requestTroubles.map(({ symptom, cause, remedy, source }) => [symptom, cause, remedy, linked(source)]);
    return `${heading("Troubleshooting", "catalogue/troubles.json")}
\`maas status <stack>\` finds what is not up, sorts it by how much waits for it, and names the first of these causes that fits,
with its remedies as commands to paste: names of the object take the place of \`\${…}\`. Of the namespaces of the stack it also shows the pods, machines, routes and
policies that are in trouble though nothing of the stack waits for them. An object that says what starting objects say as well is listed apart, without remedies,
until the program would give it up: after ten minutes, or the timeout of its resource.

${table(["Cause", "Object", "Says", "Why", "Remedies", "Source"], seen)}

## What requests show

Requests show what no object says. \`maas smoke <stack>\` makes them.

${table(["Symptom", "Why", "Remedy", "Source"], requests)}
`;
}
