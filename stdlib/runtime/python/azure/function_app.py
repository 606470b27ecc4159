"""The entry on Azure Functions: a function for every trigger."""

from portolan_runtime import azure

app = azure.app()
