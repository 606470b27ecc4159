//! Permissions of AWS with which an identity can get more than it was given: a table, each row with the document that says so.

use portolan_target::Escalation;

const fn row(permission: &'static str, gives: &'static str, source: &'static str) -> Escalation {
    Escalation { permission, gives, source }
}

/// Every such permission; `*` stands for anything, and roles stand last.
pub(crate) const ESCALATIONS: [Escalation; 52] = [
    row(
        "iam:PassRole",
        "hands any role it names to a service that then acts as it",
        "IAM user guide, Grant a user permissions to pass a role to an AWS service",
    ),
    row("sts:AssumeRole*", "becomes another role", "STS API reference, AssumeRole"),
    row("sts:GetFederationToken", "makes credentials for somebody else", "STS API reference, GetFederationToken"),
    row(
        "iam:CreatePolicyVersion",
        "rewrites a policy that identities already have",
        "IAM API reference, CreatePolicyVersion",
    ),
    row(
        "iam:SetDefaultPolicyVersion",
        "rewrites a policy that identities already have",
        "IAM API reference, SetDefaultPolicyVersion",
    ),
    row("iam:AttachUserPolicy", "gives any permission to an identity", "IAM API reference, AttachUserPolicy"),
    row("iam:AttachGroupPolicy", "gives any permission to an identity", "IAM API reference, AttachGroupPolicy"),
    row("iam:AttachRolePolicy", "gives any permission to an identity", "IAM API reference, AttachRolePolicy"),
    row("iam:PutUserPolicy", "gives any permission to an identity", "IAM API reference, PutUserPolicy"),
    row("iam:PutGroupPolicy", "gives any permission to an identity", "IAM API reference, PutGroupPolicy"),
    row("iam:PutRolePolicy", "gives any permission to an identity", "IAM API reference, PutRolePolicy"),
    row("iam:UpdateAssumeRolePolicy", "decides who may take a role on", "IAM API reference, UpdateAssumeRolePolicy"),
    row("iam:AddUserToGroup", "gives a user what a group may do", "IAM API reference, AddUserToGroup"),
    row("iam:CreateAccessKey", "makes keys for another user", "IAM API reference, CreateAccessKey"),
    row("iam:*LoginProfile", "sets another user's password", "IAM API reference, CreateLoginProfile"),
    row(
        "iam:*ServiceSpecificCredential",
        "makes credentials for another user",
        "IAM API reference, CreateServiceSpecificCredential",
    ),
    row(
        "iam:*PermissionsBoundary",
        "takes the limits of an identity away",
        "IAM user guide, Permissions boundaries for IAM entities",
    ),
    row(
        "iam:*SAMLProvider",
        "decides whose word is taken for who somebody is",
        "IAM API reference, CreateSAMLProvider",
    ),
    row(
        "iam:*OpenIDConnectProvider*",
        "decides whose word is taken for who somebody is",
        "IAM API reference, CreateOpenIDConnectProvider",
    ),
    row(
        "sso:*PermissionSet*",
        "changes what people of the organisation may do",
        "Service Authorization Reference, IAM Identity Center",
    ),
    row(
        "organizations:*Policy*",
        "changes what the accounts of the organisation may do",
        "Service Authorization Reference, Organizations",
    ),
    row(
        "lambda:UpdateFunctionCode",
        "runs its own code as another function's role",
        "Lambda API reference, UpdateFunctionCode",
    ),
    row(
        "lambda:UpdateFunctionConfiguration",
        "changes the layers, the environment and the role of another function",
        "Lambda API reference, UpdateFunctionConfiguration",
    ),
    row("lambda:AddPermission", "lets anybody call a function", "Lambda API reference, AddPermission"),
    row(
        "lambda:*FunctionUrlConfig",
        "opens a function to the internet",
        "Lambda API reference, CreateFunctionUrlConfig",
    ),
    row(
        "states:UpdateStateMachine",
        "changes what runs as a state machine's role",
        "Step Functions API reference, UpdateStateMachine",
    ),
    row("cloudformation:*Stack", "changes what a stack's role makes", "CloudFormation API reference, CreateStack"),
    row(
        "cloudformation:*ChangeSet",
        "changes what a stack's role makes",
        "CloudFormation API reference, CreateChangeSet",
    ),
    row("codebuild:UpdateProject", "runs its own commands as a build's role", "CodeBuild API reference, UpdateProject"),
    row("codebuild:StartBuild*", "runs its own commands as a build's role", "CodeBuild API reference, StartBuild"),
    row("ssm:SendCommand", "runs commands on machines, as their roles", "Systems Manager API reference, SendCommand"),
    row("ssm:StartSession", "opens a shell on machines, as their roles", "Systems Manager API reference, StartSession"),
    row(
        "ec2-instance-connect:SendSSHPublicKey",
        "opens a shell on machines, as their roles",
        "EC2 Instance Connect API reference, SendSSHPublicKey",
    ),
    row("glue:UpdateDevEndpoint", "opens a shell that runs as another role", "Glue API reference, UpdateDevEndpoint"),
    row(
        "sagemaker:CreatePresignedNotebookInstanceUrl",
        "opens a notebook that runs as another role",
        "SageMaker API reference, CreatePresignedNotebookInstanceUrl",
    ),
    row(
        "cognito-identity:SetIdentityPoolRoles",
        "decides which role visitors get",
        "Cognito federated identities API reference, SetIdentityPoolRoles",
    ),
    row("s3:PutBucketPolicy", "decides who may use a bucket", "S3 API reference, PutBucketPolicy"),
    row("s3:PutBucketAcl", "decides who may use a bucket", "S3 API reference, PutBucketAcl"),
    row("s3:PutAccessPointPolicy", "decides who may use a bucket", "S3 API reference, PutAccessPointPolicy"),
    row(
        "s3:Put*PublicAccessBlock",
        "allows a bucket to be opened to everybody",
        "S3 API reference, PutPublicAccessBlock",
    ),
    row("sqs:AddPermission", "decides who may use a queue", "SQS API reference, AddPermission"),
    row(
        "sqs:SetQueueAttributes",
        "decides who may use a queue: its policy is an attribute",
        "SQS API reference, SetQueueAttributes",
    ),
    row("sns:AddPermission", "decides who may use a topic", "SNS API reference, AddPermission"),
    row(
        "sns:SetTopicAttributes",
        "decides who may use a topic: its policy is an attribute",
        "SNS API reference, SetTopicAttributes",
    ),
    row("kms:PutKeyPolicy", "decides who may use a key", "KMS API reference, PutKeyPolicy"),
    row("kms:CreateGrant", "lets others use a key", "KMS API reference, CreateGrant"),
    row(
        "secretsmanager:PutResourcePolicy",
        "decides who may read a secret",
        "Secrets Manager API reference, PutResourcePolicy",
    ),
    row("dynamodb:PutResourcePolicy", "decides who may use a table", "DynamoDB API reference, PutResourcePolicy"),
    row("events:PutPermission", "lets other accounts send events", "EventBridge API reference, PutPermission"),
    row("ecr:SetRepositoryPolicy", "decides who may use the images that run", "ECR API reference, SetRepositoryPolicy"),
    row("role:IAMFullAccess", "carries all of IAM", "AWS managed policy reference guide"),
    row("role:PowerUserAccess", "carries everything but IAM", "AWS managed policy reference guide"),
];
