-- An update beyond the pin waits for approval for good: an operator that is installed does not wait for it. Until Argo CD 3.5 the
-- check that it ships waits, and the sync with it. Source: argoproj/argo-cd@v3.5.1:resource_customizations/operators.coreos.com/Subscription.
local status = obj.status or {}
local manual = obj.spec ~= nil and obj.spec.installPlanApproval == "Manual"
local installed = status.installedCSV ~= nil and status.installedCSV ~= ""
local asks = false
for _, one in ipairs(status.conditions or {}) do
  if one.status == "True" then
    if one.type == "CatalogSourcesUnhealthy" or one.type == "InstallPlanFailed" or one.type == "ResolutionFailed" then
      return { status = "Degraded", message = one.type .. ": " .. tostring(one.message or one.reason or "") }
    end
    if one.type == "InstallPlanPending" and one.reason == "RequiresApproval" then
      asks = true
    end
  end
end
if status.state == "UpgradeFailed" then
  return { status = "Degraded", message = "state is UpgradeFailed" }
end
if status.state == "AtLatestKnown" then
  return { status = "Healthy", message = tostring(status.installedCSV) }
end
if installed and manual and asks then
  return { status = "Healthy", message = tostring(status.installedCSV) .. "; an update waits for approval" }
end
return { status = "Progressing", message = "state is " .. tostring(status.state) }
