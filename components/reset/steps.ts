/** The steps of a reset of Models-as-a-Service: which objects it deletes, in which order and why. */
import { groupOf } from "../../catalogue/tiers";
import type { Settings } from "../../stacks/schema";
import type { KindPath, KubeObject } from "../kube";

/** Objects that a reset deletes together. */
export interface ResetStep {
    readonly id: string;
    /** The kinds, for reports: `MaaSAuthPolicy`. */
    readonly what: string;
    /** Why they are deleted at this point. */
    readonly why: string;
    /** Their kinds, in one namespace or, without one, in all. */
    readonly kinds: readonly KindPath[];
    readonly labelSelector?: string;
    /** Selects objects. Default: all. */
    readonly chosen?: (object: KubeObject) => boolean;
}

const MAAS = "maas.opendatahub.io/v1alpha1";
const INFERENCE = "inference.opendatahub.io/v1alpha1";
const USERS = "user.openshift.io/v1";

/** The objects of Models-as-a-Service, in the order of their deletion. */
const MAAS_STEPS: readonly ResetStep[] = [
    {
        id: "auth-policies",
        what: "MaaSAuthPolicy",
        why: "its finalizer deletes the policy of each model's route, which must still exist",
        kinds: [{ apiVersion: MAAS, plural: "maasauthpolicies" }],
    },
    {
        id: "subscriptions",
        what: "MaaSSubscription",
        why: "its finalizer deletes the token limits of each model",
        kinds: [{ apiVersion: MAAS, plural: "maassubscriptions" }],
    },
    {
        id: "published-models",
        what: "MaaSModelRef",
        why: "its finalizer deletes the remaining objects of both",
        kinds: [{ apiVersion: MAAS, plural: "maasmodelrefs" }],
    },
    {
        id: "external-models",
        what: "ExternalModel, ExternalProvider",
        why: "nothing publishes them any longer; their routes and Services are deleted with them",
        kinds: [
            { apiVersion: MAAS, plural: "externalmodels" },
            { apiVersion: INFERENCE, plural: "externalmodels" },
            { apiVersion: INFERENCE, plural: "externalproviders" },
        ],
    },
    {
        id: "provider-keys",
        what: "Secret (keys of providers)",
        why: "no external model refers to them any longer",
        kinds: [{ apiVersion: "v1", plural: "secrets" }],
        labelSelector: "inference.networking.k8s.io/bbr-managed=true",
    },
];

/**
 * The steps of a reset. Policies and subscriptions are deleted while the models and groups that they name still exist; users and
 * identities are deleted last.
 * Source: docs/sources/maas.md#reset.
 *
 * @param users whether Users and Identities of the stack are deleted too
 */
export function resetSteps(settings: Settings, users: boolean): ResetStep[] {
    return [...MAAS_STEPS, groupStep(settings), ...(users ? userSteps(settings) : [])];
}

function groupStep(settings: Settings): ResetStep {
    const groups = new Set(settings.tiers.flatMap((tier) => groupOf(tier) ?? []));
    return {
        id: "groups",
        what: "Group",
        why: "only those of the stack's tiers; the steps before need their members",
        kinds: [{ apiVersion: USERS, plural: "groups" }],
        chosen: ({ metadata }) => groups.has(metadata.name),
    };
}

function userSteps(settings: Settings): ResetStep[] {
    const names = new Set(settings.identity.users.map(({ name }) => name));
    return [
        {
            id: "identities",
            what: "Identity",
            why: "an Identity without its User prevents the user from logging in again",
            kinds: [{ apiVersion: USERS, plural: "identities" }],
            chosen: (object: KubeObject) => names.has(String((object["user"] as { name?: string } | undefined)?.name)),
        },
        {
            id: "users",
            what: "User",
            why: "only those of the stack; the next login creates them again",
            kinds: [{ apiVersion: USERS, plural: "users" }],
            chosen: ({ metadata }: KubeObject) => names.has(metadata.name),
        },
    ];
}

/** Objects that controllers generate from those, and must have deleted after a reset. */
export const generated: readonly ResetStep[] = [
    {
        id: "generated-auth-policies",
        what: "AuthPolicy maas-auth-*",
        why: "created by maas-controller from MaaSAuthPolicies",
        kinds: [{ apiVersion: "kuadrant.io/v1", plural: "authpolicies" }],
        chosen: ({ metadata }) => metadata.name.startsWith("maas-auth-"),
    },
    {
        id: "generated-token-limits",
        what: "TokenRateLimitPolicy maas-trlp-*",
        why: "created by maas-controller from MaaSSubscriptions",
        kinds: [{ apiVersion: "kuadrant.io/v1alpha1", plural: "tokenratelimitpolicies" }],
        chosen: ({ metadata }) => metadata.name.startsWith("maas-trlp-"),
    },
];
