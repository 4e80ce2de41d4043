/** Settings of everything that OpenShift AI 3.4 and what stands beside it can have. */
export const everything = {
    openshiftAi: {
        components: {
            pipelines: true,
            workbenches: true,
            llamaStack: true,
            ray: true,
            trainingOperator: true,
            trainer: true,
            trustyai: true,
            featureStore: true,
            spark: true,
            nim: true,
            variantAutoscaler: true,
        },
        dashboard: {},
        hardwareProfiles: true,
        mlflow: {},
        modelRegistry: {},
        monitoring: { metrics: {}, traces: {}, alerting: true },
        trustedCa: {},
        projects: [
            {
                name: "science",
                groups: ["scientists"],
                storage: {
                    existing: { endpoint: "https://s3.example.com:9000", bucket: "science", secret: "object-storage" },
                },
                pipelines: {},
            },
        ],
    },
    kueue: { namespaces: ["team-a"] },
    gitops: true,
    metallb: { pools: [{ name: "lab", addresses: ["192.0.2.0/28"] }] },
} as const;

const { openshiftAi, ...beside } = everything;
/** The same, with two of its parts as a stack may set them. */
export const changedEverything = {
    ...beside,
    openshiftAi: {
        ...openshiftAi,
        components: { ...openshiftAi.components, trustyai: { permitOnline: true } },
        dashboard: { flags: { genAiStudio: false } },
    },
};
