// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {ClosePosPopup} from "@point_of_sale/app/components/popups/closing_popup/closing_popup";
import {patch} from "@web/core/utils/patch";

// What the server says with the figures of the session: get_closing_control_data.
patch(ClosePosPopup, {
    props: [...ClosePosPopup.props, "synkd_till_text?"],
});
