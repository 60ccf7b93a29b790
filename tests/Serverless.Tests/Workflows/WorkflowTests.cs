using Serverless.Tests.Csv.Jobs;

namespace Serverless.Tests.Workflows;

/// <summary>The tests that share one Azurite; every test uses workflows and runs of its own.</summary>
[CollectionDefinition(Name)]
public sealed class WorkflowTests : ICollectionFixture<AzuriteFixture>
{
    public const string Name = "Workflows";
}
