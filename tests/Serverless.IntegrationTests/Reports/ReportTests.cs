using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Reports;

/// <summary>The tests that share one Azurite, and its container of reports one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class ReportTests : ICollectionFixture<AzuriteFixture>
{
    public const string Name = "Reports";
}
