/** The settings of a stack on the next release of OpenShift AI: what is rewritten, what changes, what must be done first. */
import { isMap, isScalar, type Node, parseDocument } from "yaml";

import { operatorEntry } from "../catalogue/operators";
import { type Release, releases } from "../catalogue/releases";
import { groupOf } from "../catalogue/tiers";
import type { Settings } from "./schema";
import type { SettingsProblem } from "./problem";
import { parseSettings, SettingsError } from "./settings";

/** A stack on the next release. */
export interface Migration {
    readonly from: Release;
    readonly to: Release;
    /** The stack file, with its comments; undefined when something cannot carry over. */
    readonly text: string | undefined;
    /** Settings that cannot carry over, and why. */
    readonly problems: readonly SettingsProblem[];
    /** Changes of behaviour under unchanged settings. */
    readonly changes: readonly string[];
    /** Steps, in this order; `pulumi up` is one of them. */
    readonly steps: readonly string[];
}

/** No release to migrate to, or not that one. */
export class MigrationError extends Error {
    override readonly name = "MigrationError";
}

/** A version of an operator that a release cannot work with, as a stack may pin it. */
interface WrongPin {
    readonly operator: "rhods-operator" | "rhcl-operator";
    readonly wrong: RegExp;
    readonly why: string;
}

interface Notes {
    readonly pins: readonly WrongPin[];
    /** Images of vLLM that belong to the earlier release. */
    readonly image: RegExp;
    changes(settings: Settings): string[];
    steps(settings: Settings, stack: string, to: Release): string[];
}

/** What the move to each release but the first takes. */
const notes: Readonly<Record<Exclude<Release, (typeof releases)[0]>, Notes>> = {
    // What the move from 3.3 to 3.4 takes. Source: docs/sources/maas.md#tiers-of-33, #upgrades.
    "3.4": {
        pins: [
            { operator: "rhods-operator", wrong: /\.3\.[0-3]\./, why: "is of an earlier release" },
            { operator: "rhcl-operator", wrong: /\.v1\.([0-2]\.|4\.)/, why: "is not of the line 1.3, which 3.4 needs" },
        ],
        image: /vllm-cuda-rhel9:3\.3\./,
        changes: ({ tiers, models }) => [
            "Tokens of ServiceAccounts (/maas-api/v1/tokens) are gone: every client needs a key (/maas-api/v1/api-keys), which begins with sk-oai-.",
            "A database is made for the keys; `database` says where, and how large.",
            ...(tiers.some((tier) => tier.models.length > 1)
                ? [
                      `Token limits hold for each model now, and held for all models of a user together: ${tiers
                          .filter((tier) => tier.models.length > 1)
                          .map((tier) => `${tier.name} may use ${tier.models.length} times as much in all`)
                          .join(", ")}. Lower tokens if that is too much.`,
                  ]
                : []),
            ...models
                .filter((model) => !tiers.some((tier) => tier.models.includes(model.name)))
                .map((model) => `No tier names model ${model.name}: it stays closed, and policies tell so.`),
            `Each model is put behind a scheduler of llm-d and started by the release's preset: its pods restart once.`,
            "A key keeps the tier for which it was made: whoever changes tiers makes a new key, and the old one is revoked.",
        ],
        steps: ({ tiers, modelsNamespace }, stack, to) => [
            `Keep a copy: oc get configmap tier-to-group-mapping -n redhat-ods-applications -o yaml; oc get llminferenceservice -n ${modelsNamespace} -o yaml; oc get ratelimitpolicy,tokenratelimitpolicy,authpolicy -n openshift-ingress -o yaml.`,
            "Connectivity Link must be 1.3 and Authorino 1.3 or later: an Authorino of channel tech-preview-v1 is too old (delete its Subscription and its ClusterServiceVersion).",
            "Copy what ModelsAsService default-modelsasservice says of gatewayRef, apiKeys, externalOIDC and telemetry into `tenant`: oc get modelsasservice default-modelsasservice -o yaml.",
            `Read what changes: maas plan ${stack}; maas rehearse ${stack}.`,
            `pulumi up --stack ${stack}. It upgrades OpenShift AI to ${to}, rewrites the request limits, makes models, tiers and database of the new kind and deletes the token limits of the old one.`,
            "OpenShift AI leaves its own objects of the old scheme behind. Old and new policies on one gateway override each other: oc delete authpolicy gateway-auth-policy -n openshift-ingress; oc delete configmap tier-to-group-mapping -n redhat-ods-applications.",
            `Take the annotation of the old tiers off what others deployed: oc annotate llminferenceservice --all -n ${modelsNamespace} alpha.maas.opendatahub.io/tiers-.`,
            `Tell the users of ${tiers.map(groupOf).join(", ")} to make a key.`,
            "Going back needs the operator of 3.3 as well: Subscription and ClusterServiceVersion of rhods-operator.",
        ],
    },
    // What the move from 3.4 to 3.5 takes. Source: docs/sources/maas.md#upgrades.
    "3.5": {
        pins: [
            { operator: "rhods-operator", wrong: /\.3\.[0-4]\./, why: "is of an earlier release" },
            {
                operator: "rhcl-operator",
                wrong: /\.v1\.([0-2]\.|4\.0)/,
                why: "lets requests pass without authentication (1.4.0), or is too old",
            },
        ],
        image: /vllm-cuda-rhel9:3\.[34]\./,
        changes: ({ openshiftAi }) => [
            "Models-as-a-Service is switched on as a part of the AI gateway; the switch below kserve is not used any more, and cannot be switched on again.",
            "Tenant becomes AITenant and MaasTenantConfig: what `tenant` says is written there, and Tenant is let go.",
            "The MaaS API moves to namespace redhat-ai-gateway-infra, and the Secret of its database with it.",
            "One authorization policy of the gateway (maas-gateway-auth) takes the place of those of each model.",
            "Models are also known as publishers/<namespace>/models/<name>; addresses with paths go on working.",
            "For tokens of users the header X-MaaS-Subscription is ignored, X-MaaS-Tenant is gone.",
            ...(openshiftAi.dashboard === undefined
                ? []
                : ["The flag maasAuthPolicies of the dashboard cannot be changed any more; it is not written."]),
        ],
        steps: ({ gateway, database, tiers }, stack, to) => [
            "Connectivity Link 1.3, or 1.4.1 and later: never 1.4.0. Community Kuadrant from 1.4.2 on.",
            ...(gateway.exposure === "reencrypt"
                ? [
                      "gateway.exposure reencrypt: the listener must have a host name, or the MaaS API does not start; see that maas plan shows one.",
                  ]
                : []),
            ...(database.existing !== undefined
                ? [
                      "The database must be reached from namespace redhat-ai-gateway-infra: its host as a fully qualified name, and network policies that let that namespace in.",
                  ]
                : []),
            "Rotate nothing during the move: the Secret of the database is copied once, and is read in redhat-ai-gateway-infra afterwards.",
            ...(tiers.length > 0 ? [`Read what changes: maas plan ${stack}; maas rehearse ${stack}.`] : []),
            `pulumi up --stack ${stack}. It upgrades OpenShift AI to ${to}.`,
            "Look for two writers of one route: oc get authpolicy -A, conditions ConflictingAuthPolicy and Overridden.",
        ],
    },
};

/**
 * Rewrites a stack file for the next release.
 *
 * @param stack its name, for messages and commands
 * @param text the stack file, whose settings are sound
 * @param to Default: the release after the stack's
 * @throws SettingsError when the settings are wrong as they are, MigrationError when there is no way to that release
 */
export function migrate(stack: string, text: string, to?: Release): Migration {
    const document = parseDocument(text);
    const at = ["config", "maas:settings"];
    const settings = parseSettings(stack, document.getIn(at, true) === undefined ? undefined : toJson(document.getIn(at, true)));
    const from = settings.release;
    const [, ...reached] = releases;
    const next = reached[releases.indexOf(from)];
    if (next === undefined) {
        throw new MigrationError(`Stack ${stack} is of release ${from}, the last that is known here.`);
    }
    if (to !== undefined && to !== next) {
        throw new MigrationError(
            `Stack ${stack} is of release ${from}: it moves to ${next}, one release at a time; expected --to ${next}, got ${to}.`,
        );
    }
    const known = notes[next];
    const node = document.getIn(at, true);
    const written = withRelease(text, node, next);
    const rewritten = parseDocument(written).getIn(at, true);
    const problems = [...obsolete(settings, known, next), ...refused(stack, toJson(rewritten))];
    return {
        from,
        to: next,
        text: problems.length === 0 ? written : undefined,
        problems,
        changes: known.changes(settings),
        steps: known.steps(settings, stack, next),
    };
}

/** The stack file with another release; everything else stays as its author wrote it. */
function withRelease(text: string, settings: unknown, release: Release): string {
    const value = isMap(settings) ? (settings.get("release", true) as Node | undefined) : undefined;
    if (isScalar(value) && value.range) {
        return text.slice(0, value.range[0]) + JSON.stringify(release) + text.slice(value.range[1]);
    }
    const start = (settings as Node).range![0];
    const indent = " ".repeat(start - (text.lastIndexOf("\n", start - 1) + 1));
    return `${text.slice(0, start)}release: ${JSON.stringify(release)}\n${indent}${text.slice(start)}`;
}

function toJson(node: unknown): unknown {
    return (node as { toJSON(): unknown }).toJSON();
}

/** Settings that belong to the earlier release, although the later one accepts them. */
function obsolete({ operators, models, openshiftAi }: Settings, known: Notes, to: Release): SettingsProblem[] {
    return [
        ...known.pins.flatMap(({ operator, wrong, why }) => {
            const { csv } = operators[operator] ?? {};
            return csv !== undefined && wrong.test(csv)
                ? [
                      {
                          path: `operators.${operator}.csv`,
                          message: `${csv} ${why}; expected ${operatorEntry(to, operator).csv ?? "none"}, or this to be left out`,
                      },
                  ]
                : [];
        }),
        ...(operators["rhods-operator"]?.channel === undefined || openshiftAi.profile !== "stable"
            ? []
            : [
                  {
                      path: "operators.rhods-operator.channel",
                      message: `${operators["rhods-operator"].channel} was chosen for the earlier release; expected ${operatorEntry(to, "rhods-operator").channel}, or this to be left out`,
                  },
              ]),
        ...models.flatMap((model, i) =>
            model.image !== undefined && known.image.test(model.image)
                ? [
                      {
                          path: `models[${i}].image`,
                          message: `${model.image} is the vLLM of the earlier release; expected this to be left out, or one that was tested with ${to}`,
                      },
                  ]
                : [],
        ),
    ];
}

/** Problems of the settings on the later release. */
function refused(stack: string, given: unknown): readonly SettingsProblem[] {
    try {
        parseSettings(stack, given);
        return [];
    } catch (error) {
        if (error instanceof SettingsError) {
            return error.problems;
        }
        throw error;
    }
}
