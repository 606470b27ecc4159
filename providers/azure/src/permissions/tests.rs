use super::permissions;
use portolan_policy::{Comparison, Statement, widened};
use proptest::prelude::*;

fn line(statement: &Statement) -> String {
    let condition = match statement.condition.is_always() {
        true => String::new(),
        false => format!(" if {}", statement.condition),
    };
    format!("{}: {} on {}{condition}", statement.principals, statement.permissions, statement.resources)
}

fn check(resources: &str, expected: &[&str]) {
    let template =
        format!("{{ \"variables\": {{ \"bus\": \"[concat('b', uniqueString('x'))]\" }}, \"resources\": {resources} }}");
    let lines: Vec<String> = permissions(&template).statements().iter().map(line).collect();
    assert_eq!(lines, expected, "{resources}");
}

#[test]
fn assignments_are_the_permissions_of_their_roles() {
    check(
        r#"[
          { "type": "Microsoft.Authorization/roleDefinitions", "name": "[guid('a')]", "properties": { "permissions": [
            { "actions": ["a/*"], "notActions": ["a/delete"], "dataActions": ["b/read"], "notDataActions": [] } ] } },
          { "type": "Microsoft.Authorization/roleAssignments", "name": "x",
            "scope": "[resourceId('Microsoft.ServiceBus/namespaces/queues', variables('bus'), 'jobs')]",
            "properties": { "roleDefinitionId": "[resourceId('Microsoft.Authorization/roleDefinitions', guid('a'))]",
              "principalId": "[reference(resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', 'me'), '2024-11-30').principalId]" } },
          { "type": "Microsoft.Authorization/roleAssignments", "name": "y",
            "properties": { "roleDefinitionId": "[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '4633458B-17de-408a-b874-0445c86b69e6')]",
              "principalId": "[parameters('who')]", "condition": "(!(ActionMatches{'Microsoft.KeyVault/vaults/secrets/readMetadata/action'}))" } } ]"#,
        &[
            "principal of {resourceGroup().id}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/me: a/*, b/read but a/delete \
             on {resourceGroup().id}/providers/Microsoft.ServiceBus/namespaces/b{uniqueString(x)}/queues/jobs, \
             {resourceGroup().id}/providers/Microsoft.ServiceBus/namespaces/b{uniqueString(x)}/queues/jobs/*",
            "{parameters(who)}: Microsoft.KeyVault/vaults/secrets/getSecret/action, Microsoft.KeyVault/vaults/secrets/readMetadata/action \
             but Microsoft.KeyVault/vaults/secrets/readMetadata/action on {resourceGroup().id}, {resourceGroup().id}/*",
        ],
    );
}

#[test]
fn doors_let_in_whom_they_name() {
    check(
        r#"[
          { "type": "Microsoft.Web/sites/config", "name": "[concat('site', '/authsettingsV2')]", "properties": {
            "platform": { "enabled": true }, "globalValidation": { "requireAuthentication": true },
            "identityProviders": { "azureActiveDirectory": { "validation": { "defaultAuthorizationPolicy": {
              "allowedPrincipals": { "identities": ["00000000-0000-0000-0000-000000000000", "ann"] } } } } } } },
          { "type": "Microsoft.Web/sites/config", "name": "open/authsettingsV2", "properties": { "platform": { "enabled": false } } },
          { "type": "Microsoft.ApiManagement/service/apis/operations/policies", "name": "s/a/o/policy", "properties": {
            "value": "[concat('<validate-jwt><claim name=\"oid\"><value>', parameters('x'), '</value><value>bob</value></claim></validate-jwt><value>no</value>')]" } },
          { "type": "Microsoft.ApiManagement/service/apis/operations", "name": "s/a/o", "properties": { "method": "GET", "urlTemplate": "/o" } },
          { "type": "Microsoft.ApiManagement/service/apis/operations", "name": "s/a/p", "properties": { "method": "GET", "urlTemplate": "/p" } } ]"#,
        &[
            "ann: authsettingsV2/allowedPrincipals on {resourceGroup().id}/providers/Microsoft.Web/sites/site",
            "*: http on {resourceGroup().id}/providers/Microsoft.Web/sites/open",
            "{parameters(x)}, bob: validate-jwt/oid on {resourceGroup().id}/providers/Microsoft.ApiManagement/service/s",
            "{with a token}: http on {resourceGroup().id}/providers/Microsoft.ApiManagement/service/s/apis/a GET /o",
            "*: http on {resourceGroup().id}/providers/Microsoft.ApiManagement/service/s/apis/a GET /p",
        ],
    );
}

#[test]
fn ids_are_written_out() {
    let assigned = |scope: &str| {
        let template = format!(
            r#"{{ "resources": {{ "a": {{ "type": "Microsoft.Authorization/roleAssignments", "scope": "{scope}",
            "properties": {{ "roleDefinitionId": "r", "principalId": "me" }} }} }} }}"#
        );
        permissions(&template).statements()[0].resources.only[0].to_string()
    };
    let expected = "{resourceGroup().id}/providers/Microsoft.Storage/storageAccounts/a/blobServices/default";
    for spelled in [
        "[resourceId('Microsoft.Storage/storageAccounts/blobServices', 'a', 'default')]",
        "[concat(resourceId('Microsoft.Storage/storageAccounts', 'a'), '/blobServices/default')]",
        "[format('{0}/blobServices/{1}', resourceId('Microsoft.Storage/storageAccounts', 'a'), 'default')]",
        "Microsoft.Storage/storageAccounts/a/blobServices/default",
    ] {
        assert_eq!(assigned(spelled), expected, "{spelled}");
    }
}

proptest! {
    #[test]
    fn nothing_makes_it_panic(expression in "\\[?[a-z'().,\\[\\]{}0-9é ]{0,40}\\]?", text in any::<String>()) {
        permissions(&text);
        for r#type in ["Microsoft.Authorization/roleAssignments", "Microsoft.Web/sites/config", "Microsoft.A/b/providers/roleAssignments", "Microsoft.Resources/deployments"] {
            let resource = serde_json::json!({
                "type": r#type, "name": expression, "scope": expression, "resources": [{ "type": "config", "name": "authsettingsV2" }],
                "properties": { "roleDefinitionId": expression, "principalId": expression, "condition": expression, "template": { "resources": [] } },
            });
            let policies = permissions(&serde_json::json!({ "variables": { "x": expression }, "resources": [resource] }).to_string());
            prop_assert_eq!(widened(&Comparison { before: &policies, after: &policies, universe: &[] }), []);
        }
    }
}
