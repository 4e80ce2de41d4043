/** The check behind an operator's gate: approves the plans up to the pin, and waits until the operator runs. */
import { refusedCsv } from "../../catalogue/refusedVersions";
import type { Kube, KubeObject } from "../kube";
import { remainingProblem } from "../remainingProblem";
import {
    type Csv,
    InstallError,
    judgeCsv,
    judgePlan,
    judgeSubscription,
    type InstallPlan,
    type SubscriptionStatus,
} from "./verdict";

/** An installation through OLM. */
export interface Installation {
    readonly operator: string;
    /** Namespace of the Subscription. */
    readonly namespace: string;
    /** The pinned CSV; undefined takes what the channel gives. */
    readonly csv: string | undefined;
    /** Somebody else's installation: it is read, never approved or changed. */
    readonly existing: boolean;
}

const OLM = "operators.coreos.com/v1alpha1";
const MINUTE = 60_000;

/** The time that an operator may take to install, in minutes of the cluster's clock. */
const INSTALL_MINUTES = 20;

/**
 * Approves InstallPlans up to the pin and waits until the operator runs.
 *
 * @throws InstallError as soon as OLM or the operator reports a failure, with their own message; and after
 * {@link INSTALL_MINUTES} with what it waited for
 */
export async function install(kube: Kube, wanted: Installation): Promise<void> {
    const deadline = (await kube.now()) + INSTALL_MINUTES * MINUTE;
    const { installed, others } = await subscriptionInstalled(kube, wanted, deadline);
    const refused = refusedCsv(installed);
    if (refused !== undefined) {
        throw new InstallError(`${installed} ${refused.harm}; use ${refused.use} (${refused.source})`);
    }
    // The operators of the same plan (Authorino and Limitador with Connectivity Link) must run as well.
    for (const csv of [installed, ...others]) {
        await csvSucceeded(kube, wanted.namespace, csv, deadline);
    }
}

/** @returns the CSV that the Subscription has installed, and the others of the same InstallPlan, sorted */
async function subscriptionInstalled(
    kube: Kube,
    wanted: Installation,
    deadline: number,
): Promise<{ installed: string; others: string[] }> {
    const { namespace } = wanted;
    const name = wanted.existing ? await foreign(kube, wanted) : wanted.operator;
    let csvs = new Set<string>();
    let progress = "OLM has not resolved the Subscription yet";
    const installed = await kube.until(
        { apiVersion: OLM, plural: "subscriptions", namespace },
        name,
        async (subscription) => {
            const verdict = judgeSubscription(subscription?.status as SubscriptionStatus | undefined, wanted.csv);
            if ("installed" in verdict) {
                return verdict.installed;
            }
            if ("doing" in verdict) {
                progress = verdict.doing;
                return undefined;
            }
            progress = `InstallPlan ${verdict.plan} is being carried out`;
            csvs = (await approve(kube, wanted, verdict.plan)) ?? csvs;
            return undefined;
        },
        deadline,
    );
    if (installed === undefined) {
        throw new InstallError(`it was not installed within ${INSTALL_MINUTES} minutes: ${progress}`, "namespace");
    }
    return { installed, others: [...csvs].filter((csv) => csv !== installed).sort() };
}

/** Approves a plan that leads to the pin. @returns its CSVs; undefined when OLM approves plans itself */
async function approve(kube: Kube, { namespace, csv, existing }: Installation, name: string): Promise<Set<string> | undefined> {
    const plans = { apiVersion: OLM, plural: "installplans", namespace };
    const plan = (await kube.get(plans, name)) as (KubeObject & InstallPlan) | undefined;
    if (plan === undefined || csv === undefined) {
        return undefined;
    }
    const decision = judgePlan(plan, name, csv);
    if ("refuse" in decision) {
        throw new InstallError(decision.refuse);
    }
    if ("approved" in decision) {
        return new Set(decision.approved);
    }
    if (existing) {
        throw new InstallError(
            `the program does not upgrade an existing operator: InstallPlan ${namespace}/${name} waits for approval; expected ${csv} to be installed`,
        );
    }
    await kube.patch(plans, name, { spec: { approved: true } });
    return new Set(decision.approve);
}

async function csvSucceeded(kube: Kube, namespace: string, name: string, deadline: number): Promise<void> {
    const reference = { apiVersion: OLM, plural: "clusterserviceversions", namespace, name };
    const problem = await remainingProblem(kube, reference, { deadline }, (object) => {
        const { phase = "not created yet", reason, message } = (object as Csv | undefined)?.status ?? {};
        return judgeCsv(object as Csv | undefined, name)
            ? undefined
            : [phase, reason && `(${reason})`, message].filter(Boolean).join(" ");
    });
    if (problem !== undefined) {
        throw new InstallError(
            `ClusterServiceVersion ${name} did not succeed within ${INSTALL_MINUTES} minutes: ${problem}`,
            "namespace",
        );
    }
}

/** The Subscriptions of a package, wherever they are. */
export async function subscriptionsOf(
    kube: Kube,
    operator: string,
): Promise<{ namespace: string; name: string; installedCSV: string | undefined }[]> {
    const all = await kube.list({ apiVersion: OLM, plural: "subscriptions" });
    return all
        .filter((s) => s.spec?.["name"] === operator)
        .map((s) => ({
            namespace: s.metadata.namespace ?? "",
            name: s.metadata.name,
            installedCSV: (s.status as SubscriptionStatus | undefined)?.installedCSV,
        }));
}

/** @returns the name of the Subscription that somebody else has created */
async function foreign(kube: Kube, { operator, namespace, csv }: Installation): Promise<string> {
    const [found, ...more] = await subscriptionsOf(kube, operator);
    if (found === undefined) {
        throw new InstallError(
            `operators.${operator}.existing is true, but the cluster has no Subscription of the package; install it, or remove \`existing\``,
        );
    }
    if (more.length > 0) {
        throw new InstallError(
            `there are ${more.length + 1} Subscriptions of the package (${[found, ...more].map((s) => `${s.namespace}/${s.name}`).join(", ")}); expected one`,
        );
    }
    if (found.namespace !== namespace) {
        throw new InstallError(
            `its Subscription is in namespace ${found.namespace}, not in ${namespace}: set operators.${operator}.namespace: ${found.namespace}`,
        );
    }
    if (csv !== undefined && found.installedCSV !== undefined && found.installedCSV !== csv) {
        throw new InstallError(
            `${found.installedCSV} is installed by Subscription ${found.namespace}/${found.name}, and this release needs ${csv}; ` +
                `change the installed version, or set operators.${operator}.csv: ${found.installedCSV} if you know that it works`,
        );
    }
    return found.name;
}
