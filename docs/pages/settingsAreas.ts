/** The areas of the settings, a page each, with an example. An example stands next to {@link SMALLEST}: its keys replace those. */
import type { Settings } from "../../stacks/schema";

export interface Area {
    /** Name of the page in docs/settings/. */
    readonly page: string;
    readonly title: string;
    /** One sentence of the list of areas. */
    readonly about: string;
    /** Top-level settings of the area. */
    readonly keys: readonly (keyof Settings)[];
    /** The YAML under `maas:settings`. */
    readonly example: string;
}

/** Settings that the program accepts with nothing else. */
export const SMALLEST = `gpu:
  pools:
    - { name: l40s, instanceType: g6e.2xlarge, zones: [us-east-2a], replicas: 2 }
models:
  - { name: gpt-oss-20b, model: gpt-oss-20b, pool: l40s }
tiers:
  - name: free
    models: [gpt-oss-20b]
    requests: { limit: 5, window: 2m }
    tokens: [{ limit: 100, window: 1m }]`;

export const areas: readonly Area[] = [
    {
        page: "cluster",
        title: "Cluster",
        about: "what the program must know about the cluster, AWS quotas, accepted preconditions",
        keys: ["cluster"],
        example: `cluster:
  domain: apps.prod.example.com
  region: us-east-2
  infrastructureName: prod-7x2kq
  ami: ami-0abc1234def567890
  zones: [us-east-2a, us-east-2b]
  quotas: { onDemandG: 64 }
  acceptFailing: [pull-secret]`,
    },
    {
        page: "operators",
        title: "Operators",
        about: "channels, pins, and operators that the cluster already has",
        keys: ["operators"],
        example: `operators:
  nfd: { existing: true }
  rhcl-operator: { csv: rhcl-operator.v1.3.4 }
  openshift-cert-manager-operator: { channel: stable-v1.18 }`,
    },
    {
        page: "gpu",
        title: "GPU nodes",
        about: "pools of GPU nodes, their MachineSets, autoscaling, sharing of GPUs",
        keys: ["gpu"],
        example: `gpu:
  pools:
    - name: l40s
      instanceType: g6e.2xlarge
      zones: [us-east-2a, us-east-2b]
      autoscale: { min: 1, max: 3 }
    - name: trials
      instanceType: g6.xlarge
      spot: { maxPrice: "0.60" }
      timeSlicing: 4
  maxNodesTotal: 24`,
    },
    {
        page: "models",
        title: "Models",
        about: "model services with llm-d: weights, vLLM, routing, scaling, second versions",
        keys: ["models", "modelsNamespace", "modelsAccess"],
        example: `models:
  - name: gpt-oss-20b
    model: gpt-oss-20b # from the catalogue
    pool: l40s
    routing: { mode: intelligent }
  - name: chat
    source: oci://registry.example.com/models/chat:1.2
    pool: l40s
    context: 16384
    vllm: { maxNumSeqs: 64 }
    replicas: 1
modelsNamespace: llm
modelsAccess: { isolate: true, quota: { gpus: 4 } }`,
    },
    {
        page: "predictive",
        title: "Services without a scheduler",
        about: "OpenVINO, embeddings, Docling and plain vLLM on KServe's raw deployments",
        keys: ["predictive"],
        example: `predictive:
  - name: embeddings
    runtime: textEmbeddings
    accelerator: cpu
    image: ghcr.io/huggingface/text-embeddings-inference:cpu-1.8
    source: s3://models/bge-small
    connection: model-storage`,
    },
    {
        page: "tiers",
        title: "Tiers and tenants",
        about: "who may call which model, limits of requests and tokens, tenants",
        keys: ["tiers", "tenant", "tenants"],
        example: `tiers: # in rising order of entitlement
  - name: free
    models: [gpt-oss-20b]
    requests: { limit: 5, window: 2m }
    tokens: [{ limit: 100, window: 1m }]
  - name: premium
    group: premium-users
    groups: [cluster-admins] # exists already
    models: [{ name: gpt-oss-20b, tokens: [{ limit: 10000, window: 1m }, { limit: 1000000, window: 24h }] }]
    requests: { limit: 20, window: 2m }
    tokens: [{ limit: 20000, window: 1m }]
    subscription: premium-subscription
tenant: { keyDays: 30, telemetry: {} }`,
    },
    {
        page: "external-models",
        title: "External models",
        about: "models of other providers, published next to those of the cluster",
        keys: ["externalModels"],
        example: `externalModels:
  - name: gpt-4o
    providers:
      - provider: openai
        endpoint: api.openai.com
        targetModel: gpt-4o
        secret: openai-key
tiers:
  - name: free
    models: [gpt-oss-20b, gpt-4o]
    requests: { limit: 5, window: 2m }
    tokens: [{ limit: 100, window: 1m }]`,
    },
    {
        page: "gateway",
        title: "Gateways",
        about: "exposure, host names and certificates; authentication and limits (Connectivity Link)",
        keys: ["gateway", "connectivityLink"],
        example: `gateway:
  exposure: reencrypt
  replicas: 2
connectivityLink:
  authTimeout: 3s
  limitador: { replicas: 2, storage: { secret: limitador-redis } }`,
    },
    {
        page: "database",
        title: "Database",
        about: "the PostgreSQL database that keeps the API keys",
        keys: ["database"],
        example: `database:
  existing:
    host: postgresql.example.com
    secret: maas-database # keys username and password, in namespace maas-platform`,
    },
    {
        page: "identity",
        title: "Users and identities",
        about: "users and their tiers, passwords in Vault, OpenID Connect, LDAP, administrators",
        keys: ["identity"],
        example: `identity:
  store: vault
  vault: { address: https://vault.example.com:8200 }
  users:
    - { name: ann, tier: free }`,
    },
    {
        page: "certificates",
        title: "Certificates",
        about: "certificates of the API server and of the routes",
        keys: ["certificates"],
        example: `certificates:
  letsEncrypt:
    environment: production
    email: platform@example.com
    hostedZoneId: Z0123456789ABCDEFGHIJ`,
    },
    {
        page: "openshift-ai",
        title: "OpenShift AI",
        about: "components, dashboard, model registry, MLflow, monitoring, projects with object storage and pipelines",
        keys: ["openshiftAi"],
        example: `openshiftAi:
  components: { workbenches: true, pipelines: true }
  dashboard: { flags: { genAiStudio: true } }
  hardwareProfiles: true
  modelRegistry: { displayName: Models of the company }
  monitoring: { metrics: { retention: 30d } }
  projects:
    - name: forecasts
      groups: [analysts]
      storage: { bucket: { expireDays: 365 } }
      pipelines: {}`,
    },
    {
        page: "observability",
        title: "Observability",
        about: "user workload monitoring, a dashboard, alerts and traces of the models",
        keys: ["observability"],
        example: `observability:
  metrics: { retentionDays: 15, volumeGiB: 50 }
  alerts:
    timeToFirstTokenSeconds: 1
    routes:
      - { severities: [critical], pagerDuty: { secret: pagerduty } }
      - { slack: { channel: "#ai-platform", secret: slack } }
  prices:
    tokens:
      - { model: gpt-oss-20b, perMillion: 1.5 }
      - { model: gpt-oss-20b, from: "2026-07-01", perMillion: 1.2 }
  grafana: { viewers: [ai-platform] }
  traces: { samplePercent: 5 }`,
    },
    {
        page: "workspaces",
        title: "Workspaces",
        about: "browser IDEs of the users, the Continue assistant and its keys",
        keys: ["workspaces"],
        example: `workspaces:
  tiers: [free]
  repository: { url: https://github.com/acme/exercises.git, revision: v1 }
  devfile: { repository: https://github.com/acme/exercises.git, revision: v1, component: dev }
  cpu: { limit: "4" }
  memory: { limit: 8Gi }
  idleMinutes: 30
  assistant:
    roles: { gpt-oss-20b: [chat, edit, apply] }
  keys: { days: 14, renewDays: 3 }
  removedUsers: keep`,
    },
    {
        page: "litemaas",
        title: "LiteMaaS",
        about: "a self-service portal with virtual keys and budgets, on LiteLLM",
        keys: ["litemaas"],
        example: `litemaas:
  proxy:
    image: quay.io/acme/litellm@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0
    replicas: 3
    routing: { retries: 2 }
  portal:
    admins: [ann]
    defaults: { budget: 50, tokensPerMinute: 50000, requestsPerMinute: 60 }
  guardrails: {}
  backup: { s3: { bucket: acme-backups, secret: backup-credentials } }`,
    },
    {
        page: "agents",
        title: "Agents",
        about: "existing applications that the program connects to a model",
        keys: ["agents"],
        example: `agents:
  - name: assistant
    namespace: agent-demo
    model: gpt-oss-20b
    variables: { url: LLM_URL }`,
    },
    {
        page: "add-ons",
        title: "Add-ons",
        about: "queues (Kueue), OpenShift GitOps, MetalLB",
        keys: ["kueue", "gitops", "metallb"],
        example: `kueue: { namespaces: [team-a, team-b] }
gitops: true`,
    },
];
