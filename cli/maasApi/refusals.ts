/** The meaning of a refusal of the MaaS API, and the remedy. */
import { parsedJson } from "../http/json";
import { leadsTo } from "../http/leadsTo";
import { retryAfter } from "../http/patient";
import type { HttpAnswer } from "../http/send";
import { RefusalError } from "../exit";

/** The MaaS API refused. */
export class MaasApiError extends RefusalError {
    constructor(
        message: string,
        /** Of the answer. */
        readonly status: number,
        /** The API's own name for the problem. */
        readonly code?: string,
    ) {
        super(message);
        this.name = "MaasApiError";
    }
}

const remedies: Readonly<Record<number, string>> = {
    401: "the token is not accepted: log in again (oc login), or set MAAS_TOKEN to a valid token",
    403: "this needs an administrator of OpenShift AI (Auth, spec.adminGroups), or an active subscription",
    404: "there is nothing here: check the address (--url), and that the gateway and the MaaS API run",
    500: "the MaaS API failed: see its log (Deployment maas-api)",
    502: "the gateway does not reach the MaaS API: see Deployment maas-api",
    503: "the MaaS API does not run, or has no ready pod: see Deployment maas-api",
    504: "the MaaS API does not answer in time: see Deployment maas-api",
};

/** @param method and url: what was asked */
export function refusal(method: string, url: string, answer: HttpAnswer): MaasApiError {
    const { status } = answer;
    const said = saidBy(answer.body);
    const seconds = retryAfter(answer);
    const elsewhere = leadsTo(answer, url);
    const remedy =
        status === 429
            ? `too many requests: try again ${seconds === undefined ? "later" : `in ${Math.ceil(seconds)} s`}`
            : elsewhere !== undefined
              ? `it leads to ${elsewhere}, which is not followed: check the address (--url), and whether a page of a login is before it`
              : said?.code === "invalid_subscription"
                ? "the subscription does not exist, or you do not belong to it (oc whoami; the Groups of the tier)"
                : said?.code === "subscription_not_ready"
                  ? "the subscription is not active yet: see the MaaSSubscription's status"
                  : said?.code === "AUTH_FAILURE"
                    ? "the gateway sends no identity: the AuthPolicy maas-api-auth-policy is not in force"
                    : remedies[status];
    const words = [remedy, said?.text].filter((word) => word !== undefined && word !== "");
    return new MaasApiError(
        `${method} ${url} answers ${status}${words.length === 0 ? "" : `: ${words.join(" (")}${words.length > 1 ? ")" : ""}`}`,
        status,
        said?.code,
    );
}

/** The error of a body in each of the forms that the API uses; nothing for pages of proxies. */
function saidBy(body: string): { readonly text: string; readonly code: string | undefined } | undefined {
    const parsed = parsedJson(body);
    if (parsed === undefined) {
        return undefined;
    }
    const { error, code, exceptionCode } = (parsed ?? {}) as { error?: unknown; code?: unknown; exceptionCode?: unknown };
    const text = typeof error === "string" ? error : (error as { message?: unknown } | undefined)?.message;
    const named = code ?? exceptionCode;
    return {
        text: typeof text === "string" ? text.slice(0, 200) : "",
        code: typeof named === "string" ? named : undefined,
    };
}
