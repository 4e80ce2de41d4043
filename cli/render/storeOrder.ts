/** The order of ExternalSecrets in a stack that installs External Secrets itself. */
import { GATE_LABEL } from "../../catalogue/records";
import type { Item } from "../../rehearsal/report/model";
import type { Manifest } from "./rendering";

/** The gate of a plan behind which the controllers of External Secrets run. */
const CONTROLLERS_RUN = "external-secrets-run";

/** What must be there before a store fills a Secret. */
export interface RunningStore {
    /** Items that every ExternalSecret waits for. */
    readonly items: readonly number[];
    /** All items that these wait for. */
    readonly waitsFor: ReadonlySet<number>;
}

/**
 * The items of a plan that bring a ClusterSecretStore: the store, or if somebody else makes it the controllers of External Secrets. None when
 * both are there before. A plan has no such dependency, as its Secrets come from the program: an ExternalSecret in an earlier wave than
 * External Secrets would never be ready, and no later wave would begin.
 */
export function runningStore(items: readonly Item[], name: string): RunningStore {
    const isStore = ({ kind, label }: Item): boolean => kind === "ClusterSecretStore" && label === name;
    const isGate = ({ resource }: Item): boolean =>
        (resource.inputs["metadata"] as Manifest["metadata"] | undefined)?.labels?.[GATE_LABEL] === CONTROLLERS_RUN;
    const stores = items.filter(isStore);
    const found = (stores.length > 0 ? stores : items.filter(isGate)).map(({ index }) => index);
    const waitsFor = new Set<number>();
    const follow = (index: number): void =>
        items[index]!.needsDirectly.filter((need) => !waitsFor.has(need)).forEach((need) => {
            waitsFor.add(need);
            follow(need);
        });
    found.forEach(follow);
    return { items: found, waitsFor };
}
