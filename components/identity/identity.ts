/** Users: their passwords, their identity providers, and cluster-admins. */
import { Secret } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { EXPECTED_AUTHORITY } from "../../catalogue/records";
import type { IdentitySettings } from "../../stacks/schema";
import { describedBy } from "../component";
import { expectedRecord } from "../expected";
import { expectedSecret } from "../expectedSecret";
import { gate, RECORDS_NAMESPACE } from "../gate";
import type { Kube } from "../kube";
import { remainingProblem } from "../remainingProblem";
import { readerOf, SecretSource, type WritableStore } from "./externalSecrets";
import { clusterRights } from "./clusterRights";
import { removeKubeadmin } from "./kubeadmin";
import { CONFIG_NAMESPACE, HTPASSWD_KEY, htpasswdSecretName, USERS_ANNOTATION, usersRevision } from "../../catalogue/identity";
import { login } from "./oauth";
import { type Credentials, passwords } from "./passwords";
import { clientSecretName, providersOf, type RequiredObject, requiredObjects } from "./providers";
import { type VaultAccess, vaultAccess, vaultPaths } from "./vaultAccess";
import { VaultServer } from "./vaultServer";
import { VaultStore } from "./vaultStore";

/** The time that a person has to create the ConfigMap with the authority of a provider. */
const REQUIRED_MINUTES = 5;

/** The arguments of {@link Identity}. Names and hosts must be known in a plan: records, paths in Vault and Routes contain them. */
export interface IdentityArgs {
    readonly settings: IdentitySettings;
    /** Somebody else runs Red Hat's External Secrets Operator. */
    readonly existingOperator: boolean;
    /** Of `removeProvidersHook`. Every run of the program registers it, also for stacks without identities. */
    readonly removeProviders: pulumi.ResourceHook;
    readonly infrastructureName: string;
    /** Apps domain of the cluster. */
    readonly domain: string;
    /** Host name of the API server; undefined when it does not follow from the apps domain. */
    readonly apiHost: pulumi.Input<string> | undefined;
    /** Protects Vault's mount and StatefulSet, which hold the passwords, from deletion. Default: false. */
    readonly protect?: boolean | undefined;
    /** Variables by which Vault finds the cluster's proxy on its way to AWS KMS. Plain: part of the pods. Default: none. */
    readonly proxy?: Readonly<Record<string, string>> | undefined;
    /** Namespaces of LiteMaaS, where its secrets are kept in Vault. Default: they are not. */
    readonly litemaas?: readonly string[] | undefined;
    /** Whether Prometheus reads a Vault that is installed. Plain, as the above. Default: false. */
    readonly metrics?: boolean | undefined;
}

/** Whether a stack manages identities. The Groups of tiers are not among them: they belong to the tiers. */
export function hasIdentities({ store, openid, ldap, admins, readers, kubeadmin }: IdentitySettings): boolean {
    const rights = admins !== undefined || readers !== undefined;
    return store !== "none" || openid.length + ldap.length > 0 || rights || kubeadmin === "remove";
}

/** Whether External Secrets has to be installed. */
export function needsExternalSecrets({ store, externalSecrets }: IdentitySettings): boolean {
    return store === "vault" && externalSecrets.operator === "red-hat";
}

/**
 * Everything between a user in the settings and a login: password, Vault, External Secrets, a Secret in openshift-config, the
 * identity providers of the oauth server. Models do not depend on it. Source: docs/sources/identity.md#chain.
 */
export class Identity extends pulumi.ComponentResource {
    /** The store that LiteMaaS writes its secrets to; undefined where they stay in the cluster. */
    public litemaasStore: WritableStore | undefined;
    /** Commands that show the passwords; empty when this stack keeps none. */
    public readonly next: readonly string[];

    constructor(name: string, args: IdentityArgs, opts: pulumi.ComponentResourceOptions = {}) {
        const { settings, removeProviders, protect = false } = args;
        const { store, admins, readers, kubeadmin } = settings;
        const providers = providersOf(settings);
        const described = {
            store,
            providers: providers.map((p) => p.name),
            users: settings.users.length,
            admins,
            readers,
            kubeadmin,
        };
        super("maas:identity:Identity", name, describedBy({ ...described, protect }), opts);
        const required = requiredObjects(settings).map((object) => this.required(name, object));
        const { secrets, next } = this.credentials(name, args);
        this.next = next;
        const last: pulumi.Resource[] =
            providers.length === 0
                ? []
                : [
                      login(
                          `${name}-oauth`,
                          {
                              providers,
                              removeProviders,
                              ...(store !== "none" && {
                                  users: { provider: settings.provider.name, revision: usersRevision(settings.users) },
                              }),
                          },
                          this,
                          [...required, ...secrets],
                      ).rolledOut,
                  ];
        if (admins !== undefined) {
            last.push(clusterRights(`${name}-admins`, "cluster-admin", admins, this));
        }
        if (readers !== undefined) {
            clusterRights(`${name}-readers`, "cluster-reader", readers, this);
        }
        if (kubeadmin === "remove") {
            removeKubeadmin(`${name}-kubeadmin`, this, last);
        }
        this.registerOutputs({ next: this.next });
    }

    /** The Secrets in openshift-config that this stack creates. */
    private credentials(name: string, args: IdentityArgs): { secrets: pulumi.Resource[]; next: string[] } {
        const { settings } = args;
        const { store, provider, users } = settings;
        if (store === "none") {
            return { secrets: [], next: [] };
        }
        const credentials = passwords(`${name}-password`, users, this);
        const annotations = { [USERS_ANNOTATION]: usersRevision(users) };
        return store === "vault"
            ? this.inVault(name, args, credentials, annotations)
            : this.inCluster(name, provider.name, credentials, annotations);
    }

    private inVault(
        name: string,
        args: IdentityArgs,
        credentials: Credentials,
        annotations: Readonly<Record<string, string>>,
    ): { secrets: pulumi.Resource[]; next: string[] } {
        const { settings, existingOperator: existing, infrastructureName, domain, apiHost, protect } = args;
        // Most stacks have no Vault, and its SDK takes time to load.
        const { externalSecrets, openid, provider } = settings;
        const vault = vaultAccess(settings.vault!, domain);
        const paths = vaultPaths(vault, infrastructureName);
        const reviewsTokens = vault.inCluster === undefined && vault.jwt === undefined;
        if (reviewsTokens && apiHost === undefined && vault.kubernetes.host === undefined) {
            throw new pulumi.RunError(
                "the host name of the API cannot be derived from the apps domain: set identity.vault.kubernetes.host",
            );
        }
        const fromVault = openid.flatMap((p) => (p.clientSecret.vault === undefined ? [] : [{ ...p.clientSecret.vault, of: p }]));
        const store = new VaultStore(
            `${name}-vault`,
            {
                settings: vault,
                address: this.installed(name, vault, readerOf(externalSecrets).namespace, args),
                credentials,
                reader: readerOf(externalSecrets),
                others: fromVault.map(({ path }) => path),
                litemaas: args.litemaas !== undefined,
                infrastructureName,
                apiServer: pulumi.interpolate`https://${apiHost}:6443`,
                protect,
            },
            { parent: this },
        );
        const source = new SecretSource(
            `${name}-secrets`,
            { externalSecrets, existing, vault, paths, readable: store.readable, litemaas: args.litemaas },
            { parent: this },
        );
        this.litemaasStore = source.litemaas;
        const file = source.secret(
            `${name}-htpasswd`,
            {
                secret: htpasswdSecretName(provider.name, "vault"),
                key: HTPASSWD_KEY,
                path: paths.htpasswd,
                property: HTPASSWD_KEY,
            },
            annotations,
            store.readable,
        );
        const clientSecrets = fromVault.map(({ path, property, of }) =>
            source.secret(
                `${name}-${of.name}-client-secret`,
                { secret: clientSecretName(of), key: "clientSecret", path, property },
                {},
                [],
            ),
        );
        return {
            secrets: [file, ...clientSecrets],
            next: [`vault kv get -mount=${paths.mount} -field=password ${paths.users}/<user>`],
        };
    }

    /** The address of a Vault that this stack installs, unknown until it serves; undefined when somebody else runs it. */
    private installed(
        name: string,
        { install, address }: VaultAccess,
        reader: string,
        { protect, proxy, metrics }: IdentityArgs,
    ): pulumi.Output<string> | undefined {
        if (install === undefined) {
            return undefined;
        }
        return new VaultServer(
            `${name}-vault-server`,
            { settings: install, address, reader, protect, proxy, metrics },
            { parent: this },
        ).address;
    }

    private inCluster(
        name: string,
        provider: string,
        credentials: Credentials,
        annotations: Readonly<Record<string, string>>,
    ): { secrets: pulumi.Resource[]; next: string[] } {
        for (const user of credentials.users) {
            new Secret(
                `${name}-user-${user.slug}`,
                {
                    metadata: { name: `user-${user.slug}`, namespace: RECORDS_NAMESPACE },
                    stringData: { username: user.name, password: user.password },
                },
                { parent: this },
            );
        }
        const file = new Secret(
            `${name}-users`,
            {
                metadata: {
                    name: htpasswdSecretName(provider, "kubernetes"),
                    namespace: CONFIG_NAMESPACE,
                    labels: { "maas-platform.io/identity": "provider" },
                    annotations: { ...annotations },
                },
                type: "Opaque",
                stringData: { [HTPASSWD_KEY]: credentials.file },
            },
            { parent: this },
        );
        return {
            secrets: [file],
            next: [`oc extract secret/user-<user> -n ${RECORDS_NAMESPACE} --keys=password --to=-`],
        };
    }

    /** A gate for an object that a provider names: when one is missing, the oauth server keeps its last configuration, for all
     * providers. */
    private required(name: string, { kind, name: object, key, setting }: RequiredObject): pulumi.Resource {
        const record = `${name}-${kind.toLowerCase()}-${object}`;
        if (kind === "Secret") {
            return expectedSecret(
                record,
                { namespace: CONFIG_NAMESPACE, secret: object, keys: [key], what: setting },
                { parent: this },
            );
        }
        const ref = `ConfigMap ${CONFIG_NAMESPACE}/${object}`;
        const data = { namespace: CONFIG_NAMESPACE, configMap: object, key, setting };
        const expected = expectedRecord(record, EXPECTED_AUTHORITY, data, { parent: this });
        return gate(
            record,
            {
                kind: "object-exists",
                until: `${ref} exists, with key ${key}`,
                record: { object: ref, key },
                check: (kube) => configMapExists(kube, object, key, setting),
            },
            { parent: this, dependsOn: expected },
        );
    }
}

/** @throws Error when the ConfigMap does not exist with its key within {@link REQUIRED_MINUTES} */
async function configMapExists(kube: Kube, name: string, key: string, setting: string): Promise<void> {
    const reference = { apiVersion: "v1", plural: "configmaps", namespace: CONFIG_NAMESPACE, name };
    const problem = await remainingProblem(kube, reference, REQUIRED_MINUTES, (map) =>
        map === undefined
            ? "does not exist"
            : Object.hasOwn((map["data"] ?? {}) as object, key)
              ? undefined
              : `has no key ${key}`,
    );
    if (problem !== undefined) {
        throw new Error(
            `ConfigMap ${CONFIG_NAMESPACE}/${name} ${problem}; ${setting} refers to it. No identity provider was changed`,
        );
    }
}
