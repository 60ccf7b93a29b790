using Azure.Messaging.ServiceBus.Administration;
using Serverless.Messaging;

namespace Serverless.UnitTests.Queues;

public sealed class EntityStateTests
{
    [Theory]
    [InlineData("Active", false, "ReceiveDisabled")]
    [InlineData("Active", true, "Active")]
    [InlineData("ReceiveDisabled", true, "Active")]
    [InlineData("ReceiveDisabled", false, "ReceiveDisabled")]
    [InlineData("SendDisabled", false, "Disabled")]
    [InlineData("SendDisabled", true, "SendDisabled")]
    [InlineData("Disabled", true, "SendDisabled")]
    [InlineData("Disabled", false, "Disabled")]
    public void WithReceiving_AnyState_ChangesTheHandingOutAlone(string before, bool isOpen, string after)
    {
        var changed = EntityState.WithReceiving(new EntityStatus(before), isOpen);

        Assert.Equal((new EntityStatus(after), isOpen), (changed, EntityState.IsReceiving(changed)));
    }
}
