/** The files of a rendered plan, by format. */
import { yamlText } from "../../components/yamlText";
import { application, type ArgoCdPlace, healthPatch, project, roles } from "./argoCd";
import { type Rendered, type Rendering, titleOf } from "./rendering";

export type Format = "argocd" | "kustomize" | "yaml";

/** The first line of every file: what has it was written here, and may be written again or removed. */
export const MARK = "# Rendered by `maas render`; edits are lost.";

/** Path in the folder, with slashes -> content. */
export type Files = ReadonlyMap<string, string>;

/** The files of a format, in the order of their paths. */
export function filesOf(rendered: Rendered, format: Format, place: ArgoCdPlace): Files {
    const files = new Map<string, string>();
    const put = (path: string, ...manifests: readonly object[]): void => {
        files.set(path, `${MARK}\n${manifests.map(yamlText).join("---\n")}`);
    };
    if (format === "yaml") {
        for (const [wave, renderings] of byWave(rendered.renderings)) {
            put(`wave-${String(wave).padStart(2, "0")}.yaml`, ...renderings.map(({ manifest }) => manifest));
        }
    } else {
        rendered.renderings.forEach((one) => put(pathOf(one), one.manifest));
    }
    if (format === "kustomize") {
        put("kustomization.yaml", {
            apiVersion: "kustomize.config.k8s.io/v1beta1",
            kind: "Kustomization",
            sortOptions: { order: "fifo" },
            resources: rendered.renderings.map(pathOf),
        });
    }
    if (format === "argocd") {
        // `oc apply -f` takes them by name: an Application whose project is missing waits for Argo CD's next look, minutes later.
        put("argocd/1-health.yaml", healthPatch(rendered, place));
        put("argocd/2-roles.yaml", ...roles(rendered, place));
        put("argocd/3-project.yaml", project(rendered, place));
        put("argocd/4-application.yaml", application(rendered, place));
    }
    files.set("OMITTED.md", omissionsPage(rendered));
    return new Map([...files].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/** A file for each object, so that a difference between two renders is about objects. */
function pathOf({ layer, manifest }: Rendering): string {
    const { kind, metadata } = manifest;
    const name = [kind.toLowerCase(), metadata.namespace, metadata.name].filter((part) => part !== undefined).join(".");
    return `manifests/${layer}/${name.replaceAll(/[^a-zA-Z0-9._-]/g, "-")}.yaml`;
}

function byWave(renderings: readonly Rendering[]): ReadonlyMap<number, readonly Rendering[]> {
    const waves = new Map<number, Rendering[]>();
    for (const one of renderings) {
        waves.set(one.wave, [...(waves.get(one.wave) ?? []), one]);
    }
    return waves;
}

function omissionsPage({ stack, omitted }: Rendered): string {
    const lines = omitted.map(({ name, why, instead }) => `- **${name}**: ${why}. Instead: ${instead}`);
    return [
        `<!-- ${MARK.slice(2)} -->`,
        "",
        `# What the manifests of ${stack} do not say`,
        "",
        "The program does this itself. With GitOps, a person does it, or another tool.",
        "",
        ...lines,
        "",
    ].join("\n");
}

/** All manifests as one text, wave by wave. */
export function stream({ renderings }: Rendered): string {
    return [...byWave(renderings)]
        .map(([wave, ones]) =>
            ones.map(({ manifest }) => `# wave ${wave}: ${titleOf(manifest)}\n${yamlText(manifest)}`).join("---\n"),
        )
        .join("---\n");
}
