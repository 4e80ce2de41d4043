import { stackRule } from "../rule";
import { texts } from "../texts";

/** Kinds of Kuadrant whose predicates decide about requests. */
const KINDS = ["RateLimitPolicy", "TokenRateLimitPolicy", "AuthPolicy", "PlanPolicy"];
/** The path with its query, as the gateway and as Authorino name it. */
const WITH_QUERY = /(?<![\w.])(?:context\.)?request\.(?:http\.)?path\b/;
const WITHOUT_QUERY = /\brequest\.url_path\b/;
/** The fields by which an object selects requests, and by which it counts them; elsewhere a path may be anything. */
const DECIDES = /\.predicate$|\.counters\[\d+\]\.expression$|\.(?:when|patterns|patternMatching)\b.*\.selector$/;

/** A caller appends what a predicate looks for, and is counted elsewhere or nowhere. */
export const predicatesIgnoreQueries = stackRule(
    {
        name: "predicates-ignore-queries",
        title: "Predicates and counters read the path without its query",
        why: "`request.path` includes the query. A call with `?/path` evades a limit that exempts that path, a call with `?x` evades a limit for one path, and a counter by path counts each query separately. The policy is Accepted and Enforced.",
        remedy: "Read request.url_path. A predicate that compares the two, as the one that closes forged paths does, is accepted.",
        severity: "high",
        source: "docs/sources/connectivity-link.md#policies",
    },
    (stack, report) => {
        for (const policy of KINDS.flatMap((kind) => stack.of(kind))) {
            for (const [path, text] of texts(policy.value["spec"], "spec")) {
                if (DECIDES.test(path) && WITH_QUERY.test(text) && !WITHOUT_QUERY.test(text)) {
                    report(
                        policy,
                        `${path}: ${WITH_QUERY.exec(text)![0]} includes the query, so a query changes what matches; use request.url_path`,
                    );
                }
            }
        }
    },
);
