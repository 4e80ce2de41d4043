-- As Argo CD judges an ExternalSecret. One of this program in addition waits until its present form was copied: Ready stays True from an
-- earlier one, and is True as long as the Secret to which keys are added does not exist.
-- Source: external-secrets/external-secrets@v0.20.4:pkg/controllers/externalsecret/externalsecret_controller.go.
local status = obj.status or {}
local own = obj.metadata.annotations ~= nil and obj.metadata.annotations["maas-platform.io/ready-when"] ~= nil
for _, one in ipairs(status.conditions or {}) do
  if one.type == "Ready" and one.status == "False" then
    return { status = "Degraded", message = tostring(one.message) .. "; its events say why" }
  end
  if one.type == "Ready" and one.status == "True" then
    if own and one.reason ~= "SecretSynced" then
      return { status = "Progressing", message = tostring(one.reason) .. ": " .. tostring(one.message) }
    end
    local synced = tostring(status.syncedResourceVersion)
    local generation = string.format("%d-", obj.metadata.generation or 0)
    if own and string.sub(synced, 1, #generation) ~= generation then
      return { status = "Progressing", message = "its present form is not copied yet" }
    end
    return { status = "Healthy", message = tostring(one.message) }
  end
end
return { status = "Progressing", message = "Waiting for ExternalSecret" }
