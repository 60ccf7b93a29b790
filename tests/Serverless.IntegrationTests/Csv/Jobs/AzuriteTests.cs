using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Csv.Jobs;

[CollectionDefinition(Name)]
public sealed class AzuriteTests : ICollectionFixture<AzuriteFixture>
{
    public const string Name = "Azurite";
}
