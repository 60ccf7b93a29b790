using Serverless.Tests.Csv.Jobs;

namespace Serverless.Tests.Tasks;

/// <summary>The tests that share one Azurite; every test uses task ids of its own.</summary>
[CollectionDefinition(Name)]
public sealed class TaskTests : ICollectionFixture<AzuriteFixture>
{
    public const string Name = "Tasks";
}
