using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Workflows;

/// <summary>The tests that share one Azurite; every test uses workflows and runs of its own.</summary>
[CollectionDefinition(Name)]
public sealed class WorkflowTests : ICollectionFixture<AzuriteFixture>
{
    public const string Name = "Workflows";
}
