using Microsoft.Extensions.Configuration;
using Serverless.Messaging;

namespace Serverless.UnitTests.Queues;

public sealed class ServiceBusClientsTests
{
    private const string Key = "SharedAccessKeyName=n;SharedAccessKey=k";

    [Theory]
    [InlineData($"Endpoint=sb://localhost;{Key};UseDevelopmentEmulator=true", null,
        $"Endpoint=sb://localhost:5300;{Key};UseDevelopmentEmulator=true")]
    [InlineData($"Endpoint=sb://localhost:5673/;{Key};UseDevelopmentEmulator=true;", null,
        $"Endpoint=sb://localhost:5300;{Key};UseDevelopmentEmulator=true")]
    [InlineData($"Endpoint=sb://localhost:5673/;{Key};UseDevelopmentEmulator=true;",
        $"Endpoint=sb://localhost:5301;{Key};UseDevelopmentEmulator=true;",
        $"Endpoint=sb://localhost:5301;{Key};UseDevelopmentEmulator=true;")]
    [InlineData($"Endpoint=sb://jobs.servicebus.windows.net/;{Key}", null, $"Endpoint=sb://jobs.servicebus.windows.net/;{Key}")]
    [InlineData(null, null, null)]
    public void AdministrationConnection_OfSettings_LeadsToIt(string? connection, string? administration, string? expected) =>
        Assert.Equal(expected, ServiceBusClients.FindAdministrationConnection(Settings(connection, administration)));

    [Fact]
    public void CreateClient_NoSetting_SaysWhichToSet()
    {
        var e = Assert.Throws<InvalidOperationException>(() => ServiceBusClients.CreateClient(Settings(null, null)));

        Assert.Equal("No broker: set ServiceBus to a connection string, or ServiceBus__fullyQualifiedNamespace.", e.Message);
    }

    private static IConfiguration Settings(string? connection, string? administration) => new ConfigurationBuilder().AddInMemoryCollection(
        new Dictionary<string, string?>
        {
            [QueueConnection.Setting] = connection,
            [QueueConnection.AdministrationSetting] = administration,
        }).Build();
}
