/** The labels by which a report may be summed. */
export const bearers = {
    user: "user",
    model: "model",
    tier: "tier",
    subscription: "subscription",
    group: "group",
    "cost-centre": "costCentre",
} as const;
export type Bearer = keyof typeof bearers;
