namespace Serverless.InfraTests;

[Collection(CompiledBicep.Name)]
public sealed class VaultTests(BicepFixture bicep)
{
    private const string Zone = "privatelink.vaultcore.azure.net";

    [BicepFact]
    public void Vault_WhereItIsAskedFor_IsPrivateAndCannotBePurged()
    {
        var vault = bicep.Prod.Single("Microsoft.KeyVault/vaults");
        var properties = vault.GetProperty("properties");

        Assert.InRange(Deployment.NameOf(vault).Length, 3, 24);
        Assert.True(properties.GetProperty("enableRbacAuthorization").GetBoolean());
        Assert.True(properties.GetProperty("enablePurgeProtection").GetBoolean());
        Assert.Equal("Disabled", properties.GetProperty("publicNetworkAccess").GetString());
        Assert.Equal("Deny", properties.GetProperty("networkAcls").GetProperty("defaultAction").GetString());
        var endpoint = bicep.Prod.OfType("Microsoft.Network/privateEndpoints")
            .Single(e => Deployment.NameOf(e).StartsWith("pe-vault-", StringComparison.Ordinal));
        Assert.Contains("/Microsoft.KeyVault/vaults/", endpoint.GetRawText(), StringComparison.Ordinal);
        Assert.Contains(Zone, bicep.Prod.OfType("Microsoft.Network/privateDnsZones").Select(Deployment.NameOf));
        Assert.Equal(
            "audit", bicep.Prod.OfType("Microsoft.Insights/diagnosticSettings")
                .Single(d => d.GetProperty("id").GetString()!.Contains("/vaults/", StringComparison.Ordinal))
                .GetProperty("properties").GetProperty("logs")[0].GetProperty("categoryGroup").GetString());
    }

    [BicepFact]
    public void Vault_WhereNobodyAskedForIt_IsNotThere()
    {
        Assert.Empty(bicep.Dev.OfType("Microsoft.KeyVault/vaults"));
        Assert.Empty(bicep.TwoRegions.OfType("Microsoft.KeyVault/vaults"));
        Assert.DoesNotContain(Zone, bicep.TwoRegions.OfType("Microsoft.Network/privateDnsZones").Select(Deployment.NameOf));
    }
}
