using Microsoft.Extensions.Configuration;
using Serverless.Local.Queues;

namespace Serverless.UnitTests.Queues;

public sealed class QueueSettingTests
{
    private const string Key = "SharedAccessKeyName=n;SharedAccessKey=k";

    [Theory]
    [InlineData("ServiceBus", "", false, null)]
    [InlineData("ServiceBus", $"Endpoint=sb://jobs.servicebus.windows.net/;{Key}", true, null)]
    [InlineData("ServiceBus", $"Endpoint=sb://localhost:5673;{Key};UseDevelopmentEmulator=true;", false, 5673)]
    [InlineData("ServiceBus", $"Endpoint=sb://emulator:5672;{Key};UseDevelopmentEmulator=true;", true, null)]
    [InlineData("ServiceBus:fullyQualifiedNamespace", "jobs.servicebus.windows.net", true, null)]
    public void Read_Setting_SaysWhoseBrokerItIs(string name, string value, bool namesBroker, int? emulatorPort) =>
        Assert.Equal(new QueueSetting(namesBroker, emulatorPort), QueueSetting.Read(Settings(name, value)));

    [Fact]
    public void Read_NoConnectionString_SaysWhichSettingIsWrong()
    {
        var e = Assert.Throws<InvalidDataException>(() => QueueSetting.Read(Settings("ServiceBus", "localhost")));

        Assert.StartsWith("The setting ServiceBus is no connection string of Service Bus", e.Message, StringComparison.Ordinal);
    }

    private static IConfigurationRoot Settings(string name, string value) =>
        new ConfigurationBuilder().AddInMemoryCollection([new(name, value)]).Build();
}
