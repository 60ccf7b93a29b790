using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Tasks;

/// <summary>The tests that share one Azurite; every test uses task ids of its own.</summary>
[CollectionDefinition(Name)]
public sealed class TaskTests : ICollectionFixture<AzuriteFixture>
{
    public const string Name = "Tasks";
}
