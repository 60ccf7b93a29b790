namespace Serverless.InfraTests;

/// <summary>The tests that share one compilation.</summary>
[CollectionDefinition(Name)]
public sealed class CompiledBicep : ICollectionFixture<BicepFixture>
{
    public const string Name = "Bicep";
}
