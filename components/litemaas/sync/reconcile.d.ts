import type { Client, DesiredState, HandOutStore, SyncAction, SyncFailure } from "./types";

interface World {
    readonly proxy?: Client | undefined;
    readonly store?: HandOutStore | undefined;
    readonly now?: Date;
    /** Models, budgets and what others have created stay as they are. */
    readonly only?: "workshops";
}

/** The planned actions of a synchronization. */
export interface SyncPlan {
    readonly state: DesiredState;
}

/** Finds out what is to be done; changes nothing. Without a proxy, nothing exists yet. */
export function plan(desired: DesiredState, world?: World): Promise<SyncPlan>;

/** The actions of a plan in their order. */
export function actionsOf(plan: SyncPlan): SyncAction[];

/** Carries it out, and goes on where a part fails. */
export function reconcile(
    desired: DesiredState,
    world: World & {
        readonly proxy: Client;
        readonly portal?: Client | undefined;
        readonly onDone?: (action: SyncAction) => void;
    },
): Promise<{ readonly done: readonly SyncAction[]; readonly failed: readonly SyncFailure[] }>;
