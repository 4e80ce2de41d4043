/** The platform's part that is about Models-as-a-Service: like platform.ts it says what must be ready before which. */
import type { Namespace } from "@pulumi/kubernetes/core/v1";
import type * as pulumi from "@pulumi/pulumi";

import { MaaSModelRef } from "../../kinds/maas.opendatahub.io";
import type { Settings } from "../../stacks/schema";
import type { ClusterFacts } from "../cluster";
import { gate } from "../gate";
import { authorinoFilter } from "../gateway/authorinoFilter";
import { type AdmittedRoutes, MAAS_GATEWAY, MaasGateway } from "../gateway/maasGateway";
import { Database } from "../governance/database";
import { ExternalModelService, ProviderKey } from "../governance/externalModel";
import { requestLimits } from "../governance/limits";
import { MaasApi } from "../governance/maasApi";
import { accessLabel, DEFAULT_TENANT, tenantNamespace, tenantsOfModels } from "../../catalogue/tenancy";
import { FurtherTenant, Tenant } from "../governance/tenant";
import { GOVERNANCE_NAMESPACE, RequestLimits, Tier } from "../governance/tiers";
import { traitsOf } from "../../catalogue/releases";
import { APPLICATIONS_NAMESPACE } from "../../catalogue/openshiftai/names";

/** The gateways of Models-as-a-Service, and what else it needs before it is switched on. */
export interface MaasDoors {
    /** That of the product's own tenant. */
    readonly gateway: MaasGateway;
    /** Those of further tenants, by their names. */
    readonly tenants: ReadonlyMap<string, MaasGateway>;
    /** What must be there before Models-as-a-Service is switched on. */
    readonly required: readonly pulumi.Resource[];
}

/** What the gateways and the database wait for. */
export interface MaasDoorsArgs {
    readonly settings: Settings;
    readonly cluster: ClusterFacts;
    /** The certificate of everything under the apps domain. */
    readonly certificateSecret: string;
    /** Class, Authorino's TLS, certificates: what comes before the gateways. */
    readonly beforeGateways: readonly pulumi.Resource[];
    readonly applications: Namespace;
    /** Operators by package. */
    readonly operators: (operator: "openshift-cert-manager-operator" | "cloudnative-pg") => pulumi.Resource;
    /** Namespace of the MaaS API, where it is another than that of the applications. */
    readonly apiNamespace: pulumi.Resource | undefined;
}

/** Builds the gateways and the database. @param parent whose children they are */
export function maasDoors(parent: pulumi.ComponentResource, args: MaasDoorsArgs): MaasDoors {
    const { settings, cluster, certificateSecret, applications } = args;
    const { gateway: chosen, database } = settings;
    const traits = traitsOf(settings.release);
    const { domain, region, infrastructureName } = cluster;
    // Authorino's TLS first: the filter for it is made when the gateway appears, and not again.
    const before = [
        ...args.beforeGateways,
        ...(chosen.issuer === undefined ? [] : [args.operators("openshift-cert-manager-operator")]),
    ];
    const admitted = (tenant: string | undefined): AdmittedRoutes =>
        tenant !== undefined || chosen.allowedRoutes === "label"
            ? { label: accessLabel(tenant) }
            : {
                  namespaces: [
                      MAAS_GATEWAY.namespace,
                      APPLICATIONS_NAMESPACE,
                      ...(traits.apiNamespace === APPLICATIONS_NAMESPACE ? [] : [traits.apiNamespace]),
                      GOVERNANCE_NAMESPACE,
                      settings.modelsNamespace,
                  ],
              };
    const gateway = new MaasGateway(
        "maas-gateway",
        { host: `maas.${domain}`, certificateSecret, settings: chosen, routesFrom: admitted(undefined), region },
        { parent, dependsOn: before },
    );
    const tenants = new Map(
        settings.tenants.map((tenant) => [
            tenant.name,
            new MaasGateway(
                `maas-gateway-${tenant.name}`,
                {
                    gateway: tenant.name,
                    host: tenant.host ?? `${tenant.name}-maas.${domain}`,
                    certificateSecret,
                    settings: {
                        ...chosen,
                        additionalHosts: [],
                        issuer: undefined,
                        certificateSecret: tenant.certificateSecret ?? chosen.certificateSecret,
                    },
                    routesFrom: admitted(tenant.name),
                    region,
                },
                { parent, dependsOn: before },
            ),
        ]),
    );
    if (traits.governance === "tiers") {
        return { gateway, tenants, required: [gateway] };
    }
    const made = args.apiNamespace ?? applications;
    const keys = new Database(
        "database",
        { settings: database, consumerNamespace: traits.apiNamespace, region, infrastructureName },
        {
            parent,
            dependsOn: [made, ...(database.cloudNativePg === undefined ? [] : [args.operators("cloudnative-pg")])],
        },
    );
    const certificateAuthorities = database.rds?.certificateAuthorities ?? database.existing?.certificateAuthorities;
    if (certificateAuthorities !== undefined || database.rotation !== undefined) {
        new MaasApi(
            "maas-api",
            { namespace: traits.apiNamespace, certificateAuthorities, rotation: database.rotation },
            // A password first, and then the restart that reads it.
            { parent, dependsOn: [keys] },
        );
    }
    return { gateway, tenants, required: [gateway, ...tenants.values(), keys] };
}

/** What is published, and what that waits for. */
export interface GovernArgs {
    readonly settings: Settings;
    /** The models that tiers name. */
    readonly models: Settings["models"];
    readonly services: ReadonlyMap<string, pulumi.Resource>;
    readonly doors: MaasDoors;
    readonly openShiftAi: pulumi.Resource;
    /** Namespace of the models, which the Secrets of providers are brought to. */
    readonly modelsNamespace: pulumi.Resource;
    readonly records: pulumi.Resource;
}

/**
 * Publishes the models and says who may call them, and how much.
 *
 * @param parent whose children they are
 * @returns what is there when everybody may call
 */
export function govern(parent: pulumi.ComponentResource, args: GovernArgs): pulumi.Resource[] {
    const { settings, models, services, doors, openShiftAi, modelsNamespace, records } = args;
    const { release, tiers, identity, tenants, externalModels } = settings;
    const namespace = settings.modelsNamespace;
    const after = (...dependsOn: pulumi.Resource[]): pulumi.ComponentResourceOptions => ({ parent, dependsOn });
    const { manyTenants } = traitsOf(release);

    const asked = Object.values(settings.tenant).some((value) => value !== undefined);
    const configured = asked ? [new Tenant("tenant", { settings: settings.tenant, many: manyTenants }, after(openShiftAi))] : [];
    // OpenShift AI's controller makes the filters.
    const filtered = [undefined, ...tenants.map((tenant) => tenant.name)].map((tenant) =>
        authorinoFilter(
            `maas-gateway${tenant === undefined ? "" : `-${tenant}`}-authorino-tls`,
            (tenant === undefined ? doors.gateway : doors.tenants.get(tenant)!).reference,
            after(records, openShiftAi),
        ),
    );
    const further = new Map(
        tenants.map((tenant) => [
            tenant.name,
            new FurtherTenant(
                `tenant-${tenant.name}`,
                { settings: tenant, gateway: doors.tenants.get(tenant.name)!.reference.name },
                after(records, openShiftAi),
            ),
        ]),
    );

    const tenantOf = tenantsOfModels(settings);
    const named = new Set(tiers.flatMap((tier) => tier.models));
    const published = new Map<string, pulumi.Resource>();
    const publish = (
        kind: "LLMInferenceService" | "ExternalModel",
        { name, displayName, description }: { name: string; displayName?: string | undefined; description?: string | undefined },
        service: pulumi.Resource,
    ): void => {
        const tenant = tenantOf.get(name);
        published.set(
            name,
            new MaaSModelRef(
                `model-${name}-published`,
                {
                    metadata: {
                        name,
                        namespace,
                        annotations: {
                            "openshift.io/display-name": displayName ?? name,
                            ...(description !== undefined && { "openshift.io/description": description }),
                        },
                    },
                    spec: { modelRef: { kind, name }, ...(manyTenants && { tenantRef: tenant ?? DEFAULT_TENANT }) },
                },
                after(service, ...(tenant === undefined ? [] : [further.get(tenant)!])),
            ),
        );
    };
    for (const model of models) {
        publish("LLMInferenceService", { name: model.name, displayName: model.displayName }, services.get(model.name)!);
    }
    const elsewhere = externalModels.filter((model) => named.has(model.name));
    const keys = new Map(
        [...new Set(elsewhere.flatMap((model) => model.providers.map((provider) => provider.secret)))].map((secret) => [
            secret,
            new ProviderKey(`provider-key-${secret}`, { secret, namespace, release }, after(records, modelsNamespace)),
        ]),
    );
    for (const model of elsewhere) {
        const service = new ExternalModelService(
            `external-${model.name}`,
            { model, namespace, release, keys: [...new Set(model.providers.map((p) => keys.get(p.secret)!))] },
            after(openShiftAi),
        );
        publish("ExternalModel", model, service);
    }

    // A policy without a limit would be refused. On a gateway it is enforced once a route hangs there: that of the MaaS API.
    const limited = new Map(
        [undefined, ...tenants.map((tenant) => tenant.name)].flatMap((tenant) => {
            const limits = requestLimits(tiers.filter((tier) => tier.tenant === tenant));
            const door = tenant === undefined ? doors.gateway : doors.tenants.get(tenant)!;
            return Object.keys(limits).length === 0
                ? []
                : [
                      [
                          tenant,
                          new RequestLimits(
                              `request-limits${tenant === undefined ? "" : `-${tenant}`}`,
                              {
                                  limits,
                                  gateway: door.reference,
                                  ...(tenant !== undefined && { policy: `${tenant}-rate-limits` }),
                              },
                              after(tenant === undefined ? openShiftAi : further.get(tenant)!),
                          ),
                      ] as const,
                  ];
        }),
    );
    const usersOf = new Map<string, string[]>();
    for (const { name, tier } of identity.users) {
        const known = usersOf.get(tier);
        if (known === undefined) {
            usersOf.set(tier, [name]);
        } else {
            known.push(name);
        }
    }
    const made = tiers.map(
        (tier, i) =>
            new Tier(
                `tier-${tier.name}`,
                {
                    tier,
                    priority: i + 1,
                    users: usersOf.get(tier.name) ?? [],
                    groups: identity.groups,
                    modelsNamespace: namespace,
                    namespace: tenantNamespace(tier.tenant),
                    before: [
                        ...(limited.has(tier.tenant) ? [limited.get(tier.tenant)!] : []),
                        ...configured,
                        ...filtered,
                        ...tier.models.map((model) => published.get(model)!),
                    ],
                },
                after(),
            ),
    );
    return manyTenants
        ? [
              servedModels(
                  namespace,
                  [...published.keys()].filter((name) => named.has(name)),
                  after(...made),
              ),
          ]
        : made;
}

/** From 3.5 on a model is ready once a tier names it: what could not be waited for before is waited for at the end. */
function servedModels(namespace: string, models: readonly string[], opts: pulumi.CustomResourceOptions): pulumi.Resource {
    return gate(
        "models-published",
        {
            kind: "models-published",
            until: "the published models are ready",
            record: { namespace, models: models.join(" ") },
            check: async (kube) => {
                const waiting = new Set(models);
                const deadline = (await kube.now()) + 10 * 60_000;
                for (const model of models) {
                    let phase: unknown;
                    const ready = await kube.until(
                        { apiVersion: "maas.opendatahub.io/v1alpha1", plural: "maasmodelrefs", namespace },
                        model,
                        (object) => {
                            phase = object?.status?.["phase"];
                            return phase === "Ready" ? true : undefined;
                        },
                        deadline,
                    );
                    if (ready === undefined) {
                        throw new Error(
                            `MaaSModelRef ${namespace}/${model} is ${String(phase ?? "not reconciled")} and not Ready within 10 minutes (${waiting.size} of ${models.length} are left): it needs its model, a subscription and an authorization policy`,
                        );
                    }
                    waiting.delete(model);
                }
            },
        },
        opts,
    );
}
