/** Verdicts on the state of an operator's installation, as pure functions. */
import { nameAndVersion, olderThan } from "../../catalogue/csv";
import type { Condition } from "../kube";

export interface SubscriptionStatus {
    readonly state?: string;
    readonly currentCSV?: string;
    readonly installedCSV?: string;
    readonly installPlanRef?: { readonly name: string };
    readonly conditions?: readonly Condition[];
}

export interface InstallPlan {
    readonly spec?: { readonly approved?: boolean; readonly clusterServiceVersionNames?: readonly string[] };
    readonly status?: { readonly phase?: string; readonly conditions?: readonly Condition[] };
}

export interface Csv {
    readonly status?: { readonly phase?: string; readonly reason?: string; readonly message?: string };
}

/** The installation cannot succeed; the message is the operator's or OLM's own. */
export class InstallError extends Error {
    override readonly name = "InstallError";

    /** @param where what tells more, for a message that names no remedy itself */
    constructor(
        message: string,
        readonly where?: "namespace" | "catalog",
    ) {
        super(message);
    }
}

/** The next step for a Subscription. */
export type SubscriptionVerdict =
    /** The wanted CSV has been created; wait for it. */
    | { readonly installed: string }
    /** A plan waits for approval; look at it. */
    | { readonly plan: string }
    /** OLM is working; `doing` says on what. */
    | { readonly doing: string };

/**
 * @param wanted the pinned CSV; undefined takes whatever the channel gives
 * @throws InstallError when OLM says that it cannot resolve or carry out the installation
 */
export function judgeSubscription(status: SubscriptionStatus | undefined, wanted: string | undefined): SubscriptionVerdict {
    const condition = (type: string): Condition | undefined =>
        status?.conditions?.find((c) => c.type === type && c.status === "True");
    const installed = status?.installedCSV;
    if (installed !== undefined && (wanted === undefined || installed === wanted)) {
        return { installed };
    }
    const failed = condition("InstallPlanFailed");
    if (failed) {
        throw new InstallError(`its InstallPlan failed (${failed.reason ?? "no reason"}): ${failed.message ?? ""}`, "namespace");
    }
    const unresolved = condition("ResolutionFailed");
    // A catalogue that does not answer stops every Subscription of the cluster, whatever catalogue it names.
    if (unresolved?.reason === "ConstraintsNotSatisfiable" || unresolved?.reason === "ErrorPreventedResolution") {
        throw new InstallError(`OLM cannot resolve it (${unresolved.reason}): ${unresolved.message ?? ""}`, "catalog");
    }
    if (status?.installPlanRef !== undefined && status.state === "UpgradePending") {
        return { plan: status.installPlanRef.name };
    }
    if (installed !== undefined && wanted !== undefined && status?.state === "AtLatestKnown" && olderThan(wanted, installed)) {
        throw new InstallError(
            `${installed} is installed, which is newer than the pin ${wanted}; OLM does not go back: pin ${installed}, or uninstall the operator first`,
        );
    }
    return { doing: unresolved?.message ?? progressOf(status, wanted) };
}

/** The progress of OLM with a Subscription that waits. */
function progressOf({ state, installedCSV }: SubscriptionStatus = {}, wanted: string | undefined): string {
    if (state === "AtLatestKnown" && installedCSV !== undefined && wanted !== undefined) {
        return `${installedCSV} is installed, and OLM offers no way from it to ${wanted} in this channel; a version in between may lead there (operators.<package>.csv)`;
    }
    return state === undefined ? "OLM has not resolved the Subscription yet" : `the Subscription is ${state}`;
}

/** Whether an InstallPlan may be approved. */
export type PlanVerdict =
    { readonly approve: readonly string[] } | { readonly approved: readonly string[] } | { readonly refuse: string };

/**
 * A plan may be approved when it installs the pinned version of this operator or an older one: some channels need several
 * plans. A plan that goes past the pin is refused.
 */
export function judgePlan(plan: InstallPlan, name: string, wanted: string): PlanVerdict {
    const csvs = plan.spec?.clusterServiceVersionNames ?? [];
    if (plan.spec?.approved === true) {
        return { approved: csvs };
    }
    const packagePrefix = nameAndVersion(wanted).name;
    const own = csvs.filter((csv) => nameAndVersion(csv).name === packagePrefix);
    if (own.length === 1 && (own[0] === wanted || olderThan(own[0]!, wanted))) {
        return { approve: csvs };
    }
    return {
        refuse: `InstallPlan ${name} would install ${csvs.join(", ")}, which goes past the pin ${wanted}; it was not approved`,
    };
}

/** True when a CSV has succeeded, false while it is on its way. @throws InstallError with the operator's own message when it failed */
export function judgeCsv(csv: Csv | undefined, name: string): boolean {
    const status = csv?.status;
    if (status?.phase === "Failed") {
        throw new InstallError(
            `ClusterServiceVersion ${name} failed (${status.reason ?? "no reason"}): ${status.message ?? ""}`,
            "namespace",
        );
    }
    return status?.phase === "Succeeded";
}
