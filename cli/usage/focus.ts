/** Use in the columns of FOCUS 1.2, a row for each day, user and model. Source: FinOps-Open-Cost-and-Usage-Spec/FOCUS_Spec@v1.2:specification/columns. */
import { isoTime, monthOf } from "./period";
import type { DayOfUse } from "./recorded";

const DAY = 86_400;
const MILLION = 1_000_000;

/** The columns, in the order of the file. */
export const FOCUS_COLUMNS = [
    "BilledCost",
    "BillingAccountId",
    "BillingAccountName",
    "BillingCurrency",
    "BillingPeriodEnd",
    "BillingPeriodStart",
    "ChargeCategory",
    "ChargeClass",
    "ChargeDescription",
    "ChargeFrequency",
    "ChargePeriodEnd",
    "ChargePeriodStart",
    "ConsumedQuantity",
    "ConsumedUnit",
    "ContractedCost",
    "ContractedUnitPrice",
    "EffectiveCost",
    "InvoiceId",
    "InvoiceIssuerName",
    "ListCost",
    "ListUnitPrice",
    "PricingCategory",
    "PricingQuantity",
    "PricingUnit",
    "ProviderName",
    "PublisherName",
    "RegionId",
    "RegionName",
    "ResourceId",
    "ResourceName",
    "ResourceType",
    "ServiceCategory",
    "ServiceName",
    "ServiceSubcategory",
    "SkuId",
    "SkuMeter",
    "SkuPriceDetails",
    "SkuPriceId",
    "SubAccountId",
    "SubAccountName",
    "SubAccountType",
    "Tags",
] as const;

/** A row. Empty: null. */
export type FocusRow = Readonly<Record<(typeof FOCUS_COLUMNS)[number], string>>;

/** The provider of the use. */
export interface Provider {
    /** Name of the stack: the account that bills. */
    readonly stack: string;
    readonly region: string | undefined;
    /** Without prices, costs are 0 in it. */
    readonly currency: string;
}

/** The row of what one user used of one model on one day. */
export function focusRow(
    { day, subscription, group, user, workspace, model, organization, costCentre, tokens, charge }: DayOfUse,
    { stack, region = "", currency }: Provider,
): FocusRow {
    const cost = decimal(charge ?? 0);
    const quantity = tokens / MILLION;
    const price = charge === undefined ? "" : decimal(Number((charge / quantity).toPrecision(9)));
    const month = monthOf(day);
    const tags = { user, workspace: workspace ? "true" : "", group, cost_center: costCentre, organization_id: organization };
    return {
        BilledCost: cost,
        BillingAccountId: stack,
        BillingAccountName: stack,
        BillingCurrency: currency,
        BillingPeriodEnd: isoTime(month.end),
        BillingPeriodStart: isoTime(month.start),
        ChargeCategory: "Usage",
        ChargeClass: "",
        ChargeDescription: `Tokens of ${model}, prompts and answers`,
        ChargeFrequency: "Usage-Based",
        ChargePeriodEnd: isoTime(day + DAY),
        ChargePeriodStart: isoTime(day),
        ConsumedQuantity: decimal(tokens),
        ConsumedUnit: "Tokens",
        ContractedCost: cost,
        ContractedUnitPrice: price,
        EffectiveCost: cost,
        InvoiceId: "", // No invoice is made of it.
        InvoiceIssuerName: stack,
        ListCost: cost,
        ListUnitPrice: price,
        PricingCategory: charge === undefined ? "" : "Standard",
        PricingQuantity: decimal(quantity),
        PricingUnit: "1000000 Tokens",
        ProviderName: stack,
        PublisherName: stack,
        RegionId: region,
        RegionName: region,
        ResourceId: model,
        ResourceName: model,
        ResourceType: "Model",
        ServiceCategory: "AI and Machine Learning",
        ServiceName: "Models-as-a-Service",
        ServiceSubcategory: "Generative AI",
        SkuId: model,
        SkuMeter: "Tokens",
        SkuPriceDetails: "",
        SkuPriceId: charge === undefined ? "" : `${subscription}/${model}`,
        SubAccountId: subscription,
        SubAccountName: subscription,
        SubAccountType: "Tier",
        Tags: JSON.stringify(Object.fromEntries(Object.entries(tags).filter(([, value]) => value !== ""))),
    };
}

/** A number that is read as a decimal, also where all of a column are whole; without an exponent. */
function decimal(value: number): string {
    const text = value.toFixed(12).replace(/0+$/, "");
    return text.endsWith(".") ? `${text}0` : text;
}
