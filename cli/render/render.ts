/** Says a plan in manifests, as far as manifests can. */
import { filled, gates, insteadOfHook, insteadOfType, keysOfSecret, READY_WHEN, type Right } from "../../catalogue/gitops/gitops";
import { GATE_LABEL } from "../../catalogue/records";
import { type Item, modelOf } from "../../rehearsal/report/model";
import type { Plan } from "../../rehearsal/result";
import { externalSecret, type Filled, pathInStore, type SecretStore } from "./externalSecret";
import { inKindOrder } from "./kindOrder";
import { hiddenIn, isObject, isPatch, manifestOf, pointerOf } from "./manifest";
import { type Manifest, type Rendered, type Rendering, titleOf, type Omission } from "./rendering";
import { runningStore } from "./storeOrder";
import { insteadOfGate, rightsOf, scriptOf, waitAccount, waitJob } from "./waits";

/** The options for rendering a plan. */
export interface RenderOptions {
    /** The store of the Secrets' values. Absent: somebody creates the Secrets by hand. */
    readonly store?: SecretStore;
}

/** The result for one item of a plan. */
interface RenderedItem {
    readonly renderings: readonly Omit<Rendering, "wave" | "layer" | "urn">[];
    readonly omitted: readonly Omit<Omission, "urn">[];
    readonly rights: readonly Right[];
}

/** The gate behind which a Secret exists that the program makes once, of random values. */
const SECRET_KEPT = "secret-kept";

const NOTHING: RenderedItem = { renderings: [], omitted: [], rights: [] };

/** Renders a plan. The same plan gives the same result. */
export function render(plan: Plan, options: RenderOptions = {}): Rendered {
    const { stack } = plan;
    const model = modelOf(plan);
    const running = options.store === undefined ? undefined : runningStore(model.items, options.store.name);
    const rendered = new Map(
        model.items.map((item) => {
            // External Secrets cannot fill what it waits for itself.
            const store = running?.waitsFor.has(item.index) === true ? undefined : options.store;
            return [item.index, renderItem(item, stack, { ...(store !== undefined && { store }) })];
        }),
    );
    const of = (index: number): RenderedItem["renderings"] => rendered.get(index)!.renderings;
    const waves = wavesOf(model.items, {
        needs: (index) => {
            const { needsDirectly } = model.items[index]!;
            const isFilled = of(index).some(({ isOf }) => isOf === "store");
            return running === undefined || !isFilled ? needsDirectly : [...needsDirectly, ...running.items];
        },
        counts: (index) => of(index).length > 0,
        isBeside: (index) => of(index).some(({ beside }) => beside === true),
        // The namespace of the waits, and their account, are of the first wave.
        earliest: (index) => (of(index).some(({ isOf }) => isOf === "wait") ? 1 : 0),
    });
    const renderings: Rendering[] = model.items.flatMap((item) =>
        of(item.index).map((one) => ({
            ...one,
            urn: item.resource.urn,
            layer: item.group.name,
            wave: waves.get(item.index)!,
        })),
    );
    const rights = [...rendered.values()].flatMap((one) => one.rights);
    const account = renderings.some(({ isOf }) => isOf === "wait")
        ? waitAccount(rights).map((manifest): Rendering => ({ manifest, wave: 0, layer: "waits", isOf: "wait" }))
        : [];
    const omitted = model.items.flatMap((item) =>
        rendered.get(item.index)!.omitted.map((one) => ({ ...one, urn: item.resource.urn })),
    );
    return { stack, renderings: inKindOrder([...account, ...renderings].map(withWave)), omitted };
}

/** How the waves of items follow from one another. */
interface Order {
    /** What an item waits for. */
    readonly needs: (index: number) => readonly number[];
    /** Whether it is an object, for which others wait. */
    readonly counts: (index: number) => boolean;
    /** Whether it runs in the wave of what it waits for. */
    readonly isBeside: (index: number) => boolean;
    /** The first wave in which it can be. */
    readonly earliest: (index: number) => number;
}

/** The number of objects that must come before each one: the longest chain of those that it waits for. Items beside these do not wait. */
function wavesOf(items: readonly Item[], { needs, counts, isBeside, earliest }: Order): ReadonlyMap<number, number> {
    const waves = new Map<number, number>();
    const waveOf = (index: number): number => {
        let wave = waves.get(index);
        if (wave === undefined) {
            const step = isBeside(index) ? 0 : 1;
            wave = needs(index).reduce((most, need) => Math.max(most, waveOf(need) + (counts(need) ? step : 0)), earliest(index));
            waves.set(index, wave);
        }
        return wave;
    };
    items.forEach(({ index }) => waveOf(index));
    return waves;
}

function withWave(rendering: Rendering): Rendering {
    const { manifest, wave } = rendering;
    const { annotations, ...metadata } = manifest.metadata;
    return {
        ...rendering,
        manifest: {
            ...manifest,
            metadata: { ...metadata, annotations: { ...annotations, "argocd.argoproj.io/sync-wave": String(wave) } },
        },
    };
}

function renderItem(item: Item, stack: string, { store }: RenderOptions): RenderedItem {
    const { resource } = item;
    const name = `${item.kind} ${item.namespace === undefined ? "" : `${item.namespace}/`}${item.label}`;
    if (resource.options.reads !== undefined) {
        return NOTHING; // It exists, and stays as it is.
    }
    if (!isObject(resource)) {
        const instead = filled(insteadOfType(resource.type), { ...resource.inputs, stack });
        return { ...NOTHING, omitted: [{ name: `${item.kind} ${resource.name}`, why: "no object of Kubernetes", instead }] };
    }
    const gate = gateOf(item);
    if (gate !== undefined) {
        return sayGate(item, gate, stack, store);
    }
    const manifest = manifestOf(resource);
    const hidden = hiddenIn(manifest);
    if (hidden.length > 0) {
        return manifest.kind === "Secret"
            ? saySecret(item, manifest, store)
            : {
                  ...NOTHING,
                  omitted: [
                      {
                          name,
                          why: `${hidden.join(", ")}: a secret, or known to the cluster alone`,
                          instead: "create it by hand, or set what is the cluster's in the stack file",
                      },
                  ],
              };
    }
    const ignores = (resource.options.ignoreChanges ?? []).map(pointerOf);
    const hooks = Object.entries(resource.options.hooks ?? {})
        .flatMap(([, names]) => names)
        .map((hook) => insteadOfHook(hook))
        .filter(({ does }) => does !== "");
    const replaced = resource.options.replaceOnChanges ?? [];
    return {
        renderings: [
            { manifest, isOf: "plan", ...(isPatch(resource) && { isPatch: true }), ...(ignores.length > 0 && { ignores }) },
        ],
        omitted: [
            ...hooks.map(({ does, instead }) => ({ name, why: does, instead: filled(instead, { stack }) })),
            ...(replaced.length === 0
                ? []
                : [
                      {
                          name,
                          why: `is replaced, not changed, when one of these changes: ${replaced.join(", ")}`,
                          instead: `oc delete ${manifest.kind.toLowerCase()} ${item.label}${item.namespace === undefined ? "" : ` -n ${item.namespace}`}, before the sync`,
                      },
                  ]),
        ],
        rights: [],
    };
}

function gateOf({ resource }: Item): string | undefined {
    const metadata = resource.inputs["metadata"] as Manifest["metadata"] | undefined;
    return metadata?.labels?.[GATE_LABEL];
}

function sayGate({ resource }: Item, gate: string, stack: string, store: SecretStore | undefined): RenderedItem {
    const data = (resource.inputs["data"] ?? {}) as Readonly<Record<string, unknown>>;
    if (gate === SECRET_KEPT && store !== undefined) {
        return sayKept(data, store);
    }
    const script = scriptOf(gate, data);
    if (script !== undefined) {
        return {
            ...NOTHING,
            renderings: [
                { manifest: waitJob(resource.name, script, data), isOf: "wait", ...(script.beside === true && { beside: true }) },
            ],
            // A person makes the other objects of the program before.
            omitted:
                script.does === undefined || script.instead === undefined
                    ? []
                    : [
                          {
                              name: `gate ${resource.name}`,
                              why: filled(script.does, data),
                              instead: filled(script.instead, data),
                          },
                      ],
            rights: rightsOf(script, data),
        };
    }
    const hook = resource.options.hooks?.["beforeCreate"]?.[0] ?? resource.name;
    return { ...NOTHING, omitted: [{ name: `gate ${resource.name}`, ...insteadOfGate(gate, hook, data, stack) }] };
}

/** A Secret that the program makes once and keeps: it stays when its ExternalSecret goes. */
function sayKept(data: Readonly<Record<string, unknown>>, store: SecretStore): RenderedItem {
    const [namespace, name] = String(data["object"])
        .replace(/^Secret /, "")
        .split("/") as [string, string];
    const secret = { apiVersion: "v1", kind: "Secret", metadata: { name, namespace } };
    return fromStore(secret, store, { keys: String(data["keys"]).split(" "), policy: "Orphan" });
}

/** An ExternalSecret, and where somebody puts the values that it copies. */
function fromStore(secret: Manifest, store: SecretStore, filling: Filled): RenderedItem {
    return {
        ...NOTHING,
        renderings: [{ manifest: externalSecret(secret, store, filling), isOf: "store" }],
        omitted: [
            {
                name: titleOf(secret),
                why: `its values are in ClusterSecretStore ${store.name} alone, which must admit namespace ${secret.metadata.namespace!}`,
                instead: `put ${filling.keys?.join(", ") ?? "its keys"} into ${pathInStore(secret, store)} of the store`,
            },
        ],
    };
}

/** A Secret whose values a plan does not show: copied from a store, or created by somebody and waited for. */
function saySecret({ resource }: Item, manifest: Manifest, store: SecretStore | undefined): RenderedItem {
    const { name, namespace } = manifest.metadata;
    const patch = isPatch(resource);
    const type = manifest["type"] as string | undefined;
    const keys = keysOfSecret({ resource: resource.name, name, type, isPatch: patch });
    if (store !== undefined) {
        const { retainOnDelete, protect } = resource.options;
        const stays = retainOnDelete === true || protect === true;
        return fromStore(manifest, store, { keys, policy: patch ? "Merge" : stays ? "Orphan" : "Owner" });
    }
    const gate = gates["secret-created"]!;
    const data = { object: `Secret ${namespace!}/${name}`, keys: (keys ?? []).join(" ") };
    if (!("script" in gate)) {
        return NOTHING;
    }
    const by = patch
        ? `oc patch secret ${name} -n ${namespace!} --type merge -p '${JSON.stringify({ stringData: Object.fromEntries((keys ?? []).map((key) => [key, "…"])) })}'`
        : `oc create secret generic ${name} -n ${namespace!} ${(keys ?? ["…"]).map((key) => `--from-literal=${key}=…`).join(" ")}`;
    return {
        renderings: [{ manifest: waitJob(`${resource.name}-created`, gate, data), isOf: "wait" }],
        omitted: [
            {
                name: titleOf(manifest),
                why: "its values are in no manifest; the sync waits for it",
                instead: `${by}${type === undefined || patch ? "" : ` --type=${type}`}, or --secret-store NAME`,
            },
        ],
        rights: rightsOf(gate, data),
    };
}

/** The expressions in `maas-platform.io/ready-when` of a manifest. */
export function readyWhen({ metadata }: Manifest): readonly string[] {
    return metadata.annotations?.[READY_WHEN]?.split("\n") ?? [];
}
