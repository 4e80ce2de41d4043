/**
 * Whether OpenShift AI can be updated to what the stack wants, and what an earlier release has left. Source:
 * docs/sources/operators.md#releases-of-openshift-ai, docs/sources/llm-d.md#presets-of-35, docs/sources/maas.md#payload-processing,
 * docs/sources/openshift-ai.md#components.
 */
import { olderThan } from "../../catalogue/csv";
import { operatorEntry } from "../../catalogue/operators";
import { atLeast, recordOf } from "../../catalogue/releases";
import type { KubeObject } from "../kube";
import { failed, passed, type Precondition, unknown } from "./precondition";
import type { Reads } from "./reads";

const PACKAGE = "rhods-operator";
const PRESET = "serving.kserve.io/config-llm-template";

interface Channel {
    readonly name: string;
    readonly entries?: readonly { readonly name: string }[];
}

export const moveChecks: readonly Precondition[] = [
    {
        id: "update-path",
        what: "the catalogue offers the stack's version of OpenShift AI to the one that is installed",
        why: "OLM goes from version to version as the catalogue says, and waits without an error where that leads nowhere",
        async check(reads, { settings }) {
            const { release, operators, openshiftAi } = settings;
            const { channel, catalog, csv } = operatorEntry(release, PACKAGE, operators[PACKAGE], openshiftAi.profile);
            const subscriptions = await reads.list("operators.coreos.com/v1alpha1", "subscriptions");
            const installed = subscriptions.find(({ spec }) => spec?.["name"] === PACKAGE)?.status?.["installedCSV"] as
                string | undefined;
            if (installed === undefined) {
                return passed("it is not installed yet");
            }
            if (csv === undefined || !olderThan(installed, csv)) {
                return passed(installed);
            }
            const { follows } = recordOf(release);
            const channels = await channelsOf(reads, catalog);
            const offered = channels?.find(({ name }) => name === channel);
            if (channels !== undefined && offered === undefined) {
                return failed(
                    `there is no channel ${channel} in ${catalog}: ${channels.map(({ name }) => name).join(", ")}`,
                    `set operators.${PACKAGE}.channel to the one that has ${csv}`,
                );
            }
            const names = offered?.entries?.map(({ name }) => name);
            if (names !== undefined && !names.includes(csv)) {
                return failed(
                    `channel ${channel} has ${names.join(", ")}, and not ${csv}`,
                    `set operators.${PACKAGE}.csv to one of these, or wait until your catalogue has ${csv}`,
                );
            }
            if (names?.includes(installed) === true || installed === follows?.csv) {
                return passed(`${installed}, from which ${csv} is reached`);
            }
            return unknown(
                `${installed} is installed, and ${names === undefined ? "the catalogue does not tell" : `channel ${channel} does not have it`}: it is unknown whether OLM offers ${csv} to it${follows === null ? "" : `; it replaces ${follows.csv}`}`,
                follows === null
                    ? "if pulumi up waits for the operator, update to a version in between first"
                    : `go to ${follows.csv} first: operators.${PACKAGE}.csv: ${follows.csv} with the release that runs, and pulumi up`,
            );
        },
    },
    {
        id: "no-leftovers",
        what: "nothing of release 3.4 is left that 3.5 passes over",
        why: "it answers beside the gateway, is not updated, or keeps models from being called by their names",
        async check(reads, { settings: { release, modelsNamespace } }) {
            if (!atLeast(release, "3.5")) {
                return passed("the stack is of an earlier release");
            }
            const [services, stacks, payload] = await Promise.all([
                reads.list("serving.kserve.io/v1alpha2", "llminferenceservices", modelsNamespace),
                reads.list("llamastack.io/v1alpha1", "llamastackdistributions"),
                reads.get("apps/v1", "deployments", "payload-processing", "openshift-ingress"),
            ]);
            const kept = services.filter((service) => /^v3-[0-4]-/.test(presetOf(service) ?? "")).map(nameOf);
            const left = [
                ...(kept.length === 0
                    ? []
                    : [
                          {
                              found: `${kept.join(", ")} ${kept.length === 1 ? "has" : "have"} the presets of an earlier release`,
                              remedy: `when a restart suits: oc patch llminferenceservice <name> -n ${modelsNamespace} --subresource=status --type=merge -p '{"status":{"annotations":null}}'`,
                          },
                      ]),
                ...stacks.map(({ metadata }) => ({
                    found: `LlamaStackDistribution ${metadata.namespace ?? ""}/${metadata.name} offers models without keys and limits`,
                    remedy: `oc delete llamastackdistribution ${metadata.name} -n ${metadata.namespace ?? ""}`,
                })),
                ...(annotationsOf(payload)["opendatahub.io/managed"] === "false"
                    ? [
                          {
                              found: "Deployment openshift-ingress/payload-processing is taken from its controller, and not updated",
                              remedy: "before an update: oc annotate deployment payload-processing -n openshift-ingress opendatahub.io/managed-",
                          },
                      ]
                    : []),
            ];
            return left.length === 0
                ? passed("nothing")
                : unknown(left.map(({ found }) => found).join("; "), left.map(({ remedy }) => remedy).join("; "));
        },
    },
];

/** The channels of the package in a catalogue; undefined where the cluster does not tell. */
async function channelsOf(reads: Reads, catalog: string): Promise<readonly Channel[] | undefined> {
    const manifests = await reads.list("packages.operators.coreos.com/v1", "packagemanifests", "openshift-marketplace");
    const found = manifests.find(({ metadata, status }) => metadata.name === PACKAGE && status?.["catalogSource"] === catalog);
    return found?.status?.["channels"] as readonly Channel[] | undefined;
}

/** The name of the preset with which KServe serves a model, as it keeps it. */
function presetOf(service: KubeObject): string | undefined {
    return (service.status?.["annotations"] as Readonly<Record<string, string>> | undefined)?.[PRESET];
}

const nameOf = ({ metadata }: KubeObject): string => metadata.name;

function annotationsOf(object: KubeObject | undefined): Readonly<Record<string, string>> {
    return (object?.metadata as { annotations?: Record<string, string> } | undefined)?.annotations ?? {};
}
