/** Compares a plan with its manifests. */
import { gates, insteadOfHook } from "../../../catalogue/gitops/gitops";
import { GATE_LABEL } from "../../../catalogue/records";
import { hiddenIn } from "../../../cli/render/manifest";
import type { Manifest, Rendered } from "../../../cli/render/rendering";
import type { Plan } from "../../../rehearsal/result";

/** Annotations that a manifest has beside those of the object in the plan. */
const ADDED = ["argocd.argoproj.io/sync-wave", "argocd.argoproj.io/sync-options", "maas-platform.io/ready-when"];

/** Each object of the plan is a manifest with the same content, or told by name; no manifest is made up. */
export function saysTheSame(plan: Plan, { renderings, omitted }: Rendered): void {
    const objects = plan.resources.filter(
        ({ type, options, inputs }) => type.startsWith("kubernetes:") && options.custom && inputs["kind"] !== undefined,
    );
    const byUrn = new Map(renderings.filter(({ isOf }) => isOf === "plan").map(({ urn, manifest }) => [urn, manifest]));
    let compared = 0;
    for (const { urn, inputs } of objects) {
        const manifest = byUrn.get(urn);
        if (manifest === undefined) {
            const gate = (inputs["metadata"] as Manifest["metadata"]).labels?.[GATE_LABEL];
            const isGate = gate !== undefined;
            // What a Job can wait for says so in its record.
            const waits = renderings.some((one) => one.urn === urn && one.isOf !== "plan");
            expect([urn, gate === undefined || !("script" in gates[gate]!) || waits]).toEqual([urn, true]);
            const told =
                omitted.some((one) => one.urn === urn) || renderings.some((one) => one.urn === urn && one.isOf !== "plan");
            expect([urn, told, isGate || hiddenIn(inputs).length > 0]).toEqual([urn, true, true]);
            continue;
        }
        expect(without(manifest, (key) => ADDED.includes(key))).toEqual(
            without(inputs as unknown as Manifest, (key) => key.startsWith("pulumi.com/")),
        );
        compared++;
    }
    // Of each hook beside the gates it is known what it does.
    const hooks = objects.filter(({ urn }) => byUrn.has(urn)).flatMap(({ options }) => Object.values(options.hooks ?? {}).flat());
    expect(hooks.filter((hook) => insteadOfHook(hook).does === hook)).toEqual([]);
    expect(compared).toBe(byUrn.size);
    const others = plan.resources.filter((resource) => resource.options.custom && !resource.type.startsWith("pulumi:"));
    for (const { urn, options } of others.filter((resource) => !objects.includes(resource))) {
        expect([urn, options.reads !== undefined || omitted.some((one) => one.urn === urn)]).toEqual([urn, true]);
    }
}

function without(manifest: Manifest, left: (annotation: string) => boolean): object {
    const { annotations = {}, ...metadata } = manifest.metadata;
    const kept = Object.entries(annotations).filter(([key]) => !left(key));
    return { ...manifest, metadata: { ...metadata, ...(kept.length > 0 && { annotations: Object.fromEntries(kept) }) } };
}
